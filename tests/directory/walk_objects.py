"""Example objects for the access walk: for each part of an address, one that is the reader's own
and one that is not.

Whoever adds an address with a part that is not here adds a builder: the walk fails without one.
A builder gets the cast and the reader; `foreign` is None where there is nothing foreign to it.
"""

import io
from datetime import timedelta
from uuid import uuid4

from allauth.mfa.models import Authenticator

from directory.cast import AT, CANARY, Cast, make_person
from directory.walk_registry import Pair, agreement_pair, agreements_of, example
from retained.contracts.commands import attach_document
from retained.contracts.models import Agreement
from retained.directory.commands import invitations
from retained.directory.commands.people import grant_role
from retained.directory.commands.tokens import make_token
from retained.directory.engine.roles import CLIENT_ROLES, Role, Side
from retained.directory.models import ApiToken, Goal, Person, RoleGrant
from retained.jobs.jobs import seal_record
from retained.jobs.queue import enqueue
from retained.shared import clock


@example("slug")
def _organisation(cast: Cast, reader: Person) -> Pair:
    return Pair(cast.own.slug, cast.foreign.slug if reader.side is Side.PROVIDER else None)


@example("legal_entity")
def _legal_entity(cast: Cast, reader: Person) -> Pair:
    return Pair(cast.own.legal_entities.get().pk, 999_999)


@example("site")
def _site(cast: Cast, reader: Person) -> Pair:
    return Pair(cast.own.sites.get().pk, 999_999)


@example("goal")
def _goal(cast: Cast, reader: Person) -> Pair:
    goal, _ = Goal.objects.get_or_create(
        kind="goal", name=f"{CANARY} goal", weight=10, starts_on=AT.date()
    )
    return Pair(goal.pk, 999_999)


@example("person")
def _person(cast: Cast, reader: Person) -> Pair:
    foreign = cast.rival.actor_key if reader.side is Side.PROVIDER else "0" * 32
    return Pair(cast.account_manager.actor_key, foreign)


@example("grant")
def _grant(cast: Cast, reader: Person) -> Pair:
    return Pair(RoleGrant.objects.get(person=cast.account_manager).pk, 999_999)


@example("invitation")
def _invitation(cast: Cast, reader: Person) -> Pair:
    guest = invitations.Guest("walker@example.org", "Walker", Role.CONTRIBUTOR)
    link = invitations.invite(cast.own, guest, by=cast.administrator, at=clock.now())
    return Pair(link.invitation.pk, 999_999)


@example("secret")
def _secret(cast: Cast, reader: Person) -> Pair:
    guest = invitations.Guest("walker@example.org", "Walker", Role.CONTRIBUTOR)
    link = invitations.invite(cast.own, guest, by=cast.administrator, at=clock.now())
    return Pair(link.url.rstrip("/").rsplit("/", 1)[1])


@example("token")
def _token(cast: Cast, reader: Person) -> Pair:
    def token_of(person: Person) -> int:
        life = timedelta(days=7)
        name = f"walk {ApiToken.objects.count()}"
        issued = make_token(
            name=name, scope=ApiToken.Scope.READ, life=life, by=person, at=clock.now()
        )
        return issued.token.pk

    return Pair(token_of(reader), token_of(cast.rival))


@example("job")
def _job(cast: Cast, reader: Person) -> Pair:
    sees_all = Role.ADMINISTRATOR in reader.roles
    foreign = uuid4() if sees_all else enqueue(seal_record, by=cast.rival).key
    return Pair(enqueue(seal_record, by=reader).key, foreign)


@example("reference")
def _agreement(cast: Cast, reader: Person) -> Pair:
    return agreement_pair(cast, reader)


@example("agreement_version.version")
def _version(cast: Cast, reader: Person) -> Pair:
    return Pair(1, 1)


@example("agreement_calendar.calendar")
@example("agreement_calendar_edit.calendar")
@example("agreement_calendar_remove.calendar")
def _calendar(cast: Cast, reader: Person) -> Pair:
    return Pair("always", "always")


@example("agreement_clock_edit.clock")
@example("agreement_clock_remove.clock")
def _clock(cast: Cast, reader: Person) -> Pair:
    return Pair("resolve", "resolve")


@example("document")
def _document(cast: Cast, reader: Person) -> Pair:
    keys = []
    for reference in agreements_of(cast):
        document = attach_document(
            Agreement.objects.get(reference=reference),
            io.BytesIO(b"%PDF-1.7"),
            name=f"{reference} {CANARY}.pdf",
            kind="annex",
            title="An annex",
            shared_with_provider=True,
            by=cast.people[Role.LEGAL],
            at=AT,
        )
        keys.append(document.file.key)
    return Pair(*keys)


@example("mfa_edit_webauthn.pk")
@example("mfa_remove_webauthn.pk")
def _passkey(cast: Cast, reader: Person) -> Pair:
    def passkey_of(person: Person) -> int:
        return Authenticator.objects.create(
            user=person,
            type=Authenticator.Type.WEBAUTHN,
            data={"name": f"key of {person.name}", "credential": {}},
        ).pk

    return Pair(passkey_of(reader), passkey_of(cast.rival))


@example("uidb36")
def _uid(cast: Cast, reader: Person) -> Pair:
    return Pair("1")


@example("key")
def _key(cast: Cast, reader: Person) -> Pair:
    return Pair("1-abc")


@example("provider_id")
def _identity_provider(cast: Cast, reader: Person) -> Pair:
    return Pair("company")


def limited_to_own(cast: Cast) -> Person:
    """Return a person of the client with every role, each limited to the agreement with `own`."""
    person, by = make_person(cast.client, "Limited"), cast.administrator
    for role in filter(lambda role: role.may_be_limited, sorted(CLIENT_ROLES)):
        grant_role(person, role, agreement_reference=agreements_of(cast)[0], by=by, at=AT)
    return person


def nobody_of(cast: Cast) -> Person:
    """Return a person of the client without any role."""
    return make_person(cast.client, "Norole")
