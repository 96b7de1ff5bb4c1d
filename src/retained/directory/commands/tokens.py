"""Commands about API tokens: keys by which a machine acts as its person."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from retained.audit.record import record
from retained.directory.engine.secrets import new_token, secret_hash
from retained.directory.models import ApiToken, Person
from retained.directory.versions import only_once
from retained.shared.errors import DomainError

LONGEST_LIFE = timedelta(days=366)
_NOTED_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class IssuedToken:
    """A token in clear: it exists only here and is never stored."""

    token: ApiToken
    secret: str


@transaction.atomic
def make_token(
    *, name: str, scope: ApiToken.Scope, life: timedelta, by: Person, at: datetime
) -> IssuedToken:
    """Make a token of `by`: it may do what the person may, and no more than its scope."""
    if not timedelta(0) < life <= LONGEST_LIFE:
        raise DomainError("A token lives at least a day and at most a year.")
    prefix, secret = new_token()
    with only_once(f"You have a token named {name} already. Revoke it, or choose another name."):
        token = ApiToken.objects.create(
            person=by,
            name=name,
            prefix=prefix,
            secret_hash=secret_hash(secret),
            scope=scope,
            created_at=at,
            expires_at=at + life,
        )
    after = {"prefix": prefix, "scope": scope, "expires_at": token.expires_at}
    record("made", token, by=by, at=at, after=after)
    return IssuedToken(token, secret)


@transaction.atomic
def revoke_token(token: ApiToken, *, by: Person, at: datetime) -> None:
    """Make a token useless from its next request on."""
    if not ApiToken.objects.filter(pk=token.pk, revoked_at__isnull=True).update(revoked_at=at):
        raise DomainError("This token was revoked already. Nothing was changed.")
    record("revoked", token, by=by, at=at, before={"prefix": token.prefix})


def note_use(token: ApiToken, *, at: datetime) -> None:
    """Keep when a token was last used, to the minute: one write a minute, not one a request."""
    stale = Q(last_used_at__isnull=True) | Q(last_used_at__lte=at - _NOTED_EVERY)
    ApiToken.objects.filter(stale, pk=token.pk).update(last_used_at=at)
