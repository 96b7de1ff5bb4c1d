"""Reads about the ways in: links, tokens, second factors, chairs."""

from dataclasses import dataclass
from datetime import datetime

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db.models import Exists, OuterRef, Q

from retained.directory import access
from retained.directory.engine.roles import Role
from retained.directory.engine.secrets import LinkSpentError, secret_hash
from retained.directory.models import ApiToken, Invitation, Organisation, Person, SecondFactorRule

_FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def usable_link(secret: str, *, at: datetime) -> Invitation:
    """Return what the link is for, or raise LinkSpentError."""
    found = (
        Invitation.objects.select_related("organisation")
        .filter(
            token_hash=secret_hash(secret),
            used_at__isnull=True,
            withdrawn_at__isnull=True,
            expires_at__gt=at,
        )
        .first()
    )
    if found is None:
        raise LinkSpentError
    return found


def valid_token(secret: str, *, at: datetime) -> ApiToken | None:
    """Return the token of that secret if it may be used at this moment."""
    return (
        ApiToken.objects.select_related("person__organisation")
        .filter(
            secret_hash=secret_hash(secret),
            revoked_at__isnull=True,
            expires_at__gt=at,
            person__is_active=True,
        )
        .first()
    )


def read_roles(person: Person) -> bool:
    """Read the roles of whoever asks; return whether one misses its second factor.

    One question for both: every request of a signed-in person asks them.
    """
    asked = SecondFactorRule.objects.filter(required=True, role=OuterRef("role"))
    set_up = Authenticator.objects.filter(user=OuterRef("person"), type__in=_FACTORS)
    grants = person.role_grants.annotate(factor_missing=Q(Exists(asked), ~Exists(set_up)))
    person.grants = tuple(grants)
    return any(grant.factor_missing for grant in grants)


@dataclass(frozen=True, slots=True)
class FactorRule:
    """Whether a role asks for a second factor, and how many of its holders have none yet."""

    role: Role
    required: bool
    holders: int
    without: int


def factor_rules() -> list[FactorRule]:
    """Return the rule of every role."""
    required = set(SecondFactorRule.objects.filter(required=True).values_list("role", flat=True))
    holders: dict[str, set[int]] = {}
    for person, role in Person.objects.filter(is_active=True).values_list(
        "pk", "role_grants__role"
    ):
        holders.setdefault(role or "", set()).add(person)
    equipped = set(
        Authenticator.objects.filter(type__in=_FACTORS).values_list("user_id", flat=True)
    )
    return [
        FactorRule(
            role,
            role in required,
            len(holders.get(role, ())),
            len(holders.get(role, set()) - equipped),
        )
        for role in Role
    ]


@dataclass(frozen=True, slots=True)
class Chair:
    """One of the demonstration's cast, whose chair a visitor may take."""

    key: str
    name: str
    organisation: str
    roles: str
    taken: bool


def chairs(person: Person | None) -> list[Chair]:
    """Return the cast of the demonstration, the client's people first; else nobody."""
    if not settings.DEMONSTRATION or person is None:
        return []
    cast = Person.objects.filter(is_active=True).prefetch_related("role_grants")
    by_side = sorted(cast, key=lambda p: (p.side, p.organisation.name, p.name))
    return [
        Chair(p.actor_key, p.name, p.organisation.name, _roles(p), p.pk == person.pk)
        for p in by_side
    ]


def client_organisation() -> Organisation | None:
    """Return the client, once it was set up."""
    return Organisation.objects.filter(kind=Organisation.Kind.CLIENT).first()


def _roles(person: Person) -> str:
    """Return the roles in words."""
    return ", ".join(sorted(role.label for role in person.roles))


@dataclass(frozen=True, slots=True)
class TokenRow:
    """A token as a line of the list."""

    token: ApiToken
    state: str


def tokens(person: Person, *, at: datetime) -> list[TokenRow]:
    """Return the person's own tokens, the newest first."""

    def state(token: ApiToken) -> str:
        if token.revoked_at:
            return "revoked"
        return "lapsed" if token.expires_at <= at else "valid"

    return [TokenRow(token, state(token)) for token in access.tokens_of(person)]
