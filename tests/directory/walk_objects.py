"""Example objects for the access walk: for each part of an address, one that is the reader's own
and one that is not.

Whoever adds an address with a part that is not here adds a builder: the walk fails without one.
A builder gets the cast and the reader; `foreign` is None where there is nothing foreign to it.
"""

import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from uuid import uuid4

from allauth.mfa.models import Authenticator

from contracts.agreement_texts import BRIGHTDESK
from directory.cast import AT, CANARY, Cast, make_person
from evidence.importing import HEADER, ROWS, imported
from retained.contracts.commands import attach_document, register_agreement
from retained.contracts.engine.reading import read_agreement
from retained.contracts.models import Agreement
from retained.delivery.commands.closing import check_month, confirm_month, send_statement
from retained.delivery.commands.credits import credit_of_close
from retained.delivery.commands.exclusions import ask_exclusion
from retained.delivery.commands.measuring import measure_agreement
from retained.delivery.models import (
    CreditClaim,
    Exclusion,
    Measured,
    MonthClose,
    ProviderAnswer,
)
from retained.directory.commands import invitations
from retained.directory.commands.people import grant_role
from retained.directory.commands.tokens import make_token
from retained.directory.engine.roles import CLIENT_ROLES, Role, Side
from retained.directory.models import ApiToken, Goal, Person, RoleGrant
from retained.evidence.models import Batch
from retained.files.models import StoredFile
from retained.files.storing import store_upload
from retained.jobs.jobs import seal_record
from retained.jobs.queue import enqueue
from retained.shared import clock
from retained.shared.money import Money
from retained.shared.months import Month


@dataclass(frozen=True)
class Pair:
    """The value of a part of an address for an own object, and for a foreign one."""

    own: object
    foreign: object | None = None


Builder = Callable[[Cast, Person], Pair]
BUILDERS: dict[str, Builder] = {}

# Addresses that this installation does not have although they are routed, and why.
ABSENT = {
    "chair_take": "there are chairs in the demonstration only",
    "style": "the style page is for developers and the demonstration",
    "style_progress": "the same",
    "openid_connect_login": "no identity provider is configured",
    "openid_connect_callback": "the same",
}


# The agreement with the other provider.
OTHER_AGREEMENT = "AG-walk-1"


def example(part: str) -> Callable[[Builder], Builder]:
    """Register the builder of a part of an address; "url_name.part" goes before "part"."""

    def register(builder: Builder) -> Builder:
        BUILDERS[part] = builder
        return builder

    return register


def is_limited(reader: Person) -> bool:
    """Return whether every role of a reader is limited to named agreements."""
    return bool(reader.grants) and all(one.agreement_reference for one in reader.grants)


def is_kept_apart(reader: Person) -> bool:
    """Return whether the agreement with the other provider is closed to a reader."""
    return reader.side is Side.PROVIDER or is_limited(reader)


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
    own, foreign = _agreements(cast)
    return Pair(own, foreign if is_kept_apart(reader) else "AG-absent")


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
    for reference in _agreements(cast):
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


def _agreements(cast: Cast) -> tuple[str, str]:
    """Make an agreement with each provider, once, and return their references."""
    references = []
    for number, provider in enumerate((cast.own, cast.foreign)):
        text = BRIGHTDESK.replace("AG-7", f"AG-walk-{number}").replace(
            "provider: Brightdesk", f"provider: {provider.name}"
        )
        terms = read_agreement(text)
        if not Agreement.objects.filter(reference=terms.reference).exists():
            register_agreement(terms, by=cast.people[Role.LEGAL], at=AT)
        references.append(terms.reference)
    return references[0], references[1]


@example("level")
def _service_level(cast: Cast, reader: Person) -> Pair:
    _must_be_measured(cast)
    return Pair("in-time", "no-such-level")


@example("month")
def _month(cast: Cast, reader: Person) -> Pair:
    return Pair(Month(2026, 10), Month(2020, 1))


@example("ticket")
def _ticket(cast: Cast, reader: Person) -> Pair:
    return Pair("INC-1", "INC-404")


@example("wholeness.reference")
@example("what_if.reference")
@example("service_levels.reference")
@example("api:wholeness.reference")
@example("api:what_if.reference")
@example("api:measure_again.reference")
@example("api:month_report.reference")
def _measured_agreement(cast: Cast, reader: Person) -> Pair:
    _must_be_measured(cast)
    return _agreement(cast, reader)


@example("api:months.reference")
@example("month_close.reference")
@example("month_report.reference")
@example("month_check.reference")
def _agreement_to_close(cast: Cast, reader: Person) -> Pair:
    return _measured_agreement(cast, reader)


@example("month_confirm.number")
@example("month_drop.number")
@example("month_send.number")
@example("month_answer.number")
@example("statement.number")
@example("statement_file.number")
@example("statement_pack.number")
@example("api:statement.number")
@example("api:statement_confirm.number")
@example("api:statement_send.number")
@example("api:statement_file.number")
@example("api:statement_pack.number")
@example("api:statement_answers.number")
@example("api:month_drop.number")
@example("api:month_answer.number")
@example("portal_statement.number")
@example("portal_answer.number")
def _statement_number(cast: Cast, reader: Person) -> Pair:
    for reference in _agreements(cast):
        _sent_month(cast, reference)
    return Pair(1, 1)


@example("form")
def _form(cast: Cast, reader: Person) -> Pair:
    return Pair("csv", "csv")


@example("exclusion_mail.exclusion")
@example("api:exclusion_mail.exclusion")
def _mailed_exclusion(cast: Cast, reader: Person) -> Pair:
    own, foreign = (_asked(cast, reference, "INC-2") for reference in _agreements(cast))
    for one in (own, foreign):
        one.mail = _mail(cast)
        one.save()
    return Pair(own.pk, foreign.pk if is_kept_apart(reader) else 999_999)


@example("exclusion")
def _exclusion(cast: Cast, reader: Person) -> Pair:
    own, foreign = (_asked(cast, reference, "INC-1") for reference in _agreements(cast))
    return Pair(own.pk, foreign.pk if is_kept_apart(reader) else 999_999)


@example("answer")
def _answer_by_mail(cast: Cast, reader: Person) -> Pair:
    close = _sent_month(cast, _agreements(cast)[0])
    answer = ProviderAnswer.objects.create(
        close=close,
        kind="agreed",
        by_key=cast.service_manager.actor_key,
        by_side="client",
        mail=_mail(cast),
        at=clock.now(),
    )
    return Pair(answer.pk, 999_999)


@example("credit")
def _credit(cast: Cast, reader: Person) -> Pair:
    close = _sent_month(cast, _agreements(cast)[0])
    known = CreditClaim.objects.filter(close=close).first()
    credit = known or credit_of_close(close, Money.of_minor(1, "EUR"), at=clock.now())
    assert credit is not None
    return Pair(credit.pk, 999_999)


def _asked(cast: Cast, reference: str, ticket: str) -> Exclusion:
    """Ask to leave a ticket of an agreement out, once."""
    agreement = Agreement.objects.get(reference=reference)
    found = Exclusion.objects.filter(agreement=agreement, ticket=ticket).first()
    return found or ask_exclusion(
        agreement,
        ticket,
        service_level="in-time",
        month=Month(2026, 10),
        reason=f"{agreement.provider} was not reached",
        by=cast.service_manager,
        at=clock.now(),
    )


def _mail(cast: Cast) -> StoredFile:
    content = io.BytesIO(b"From: them")
    return store_upload(content, name="mail.eml", by=cast.service_manager, at=clock.now())


def _sent_month(cast: Cast, reference: str) -> MonthClose:
    """Close October of an agreement and send its statement, once."""
    _evidence_batch(cast)
    agreement, at = Agreement.objects.get(reference=reference), clock.now()
    found = MonthClose.objects.filter(agreement=agreement).first()
    if found is not None:
        return found
    lead, manager = cast.people[Role.SOURCING_LEAD], cast.service_manager
    close = check_month(agreement, Month(2026, 10), reason="walked", by=manager, at=at)
    confirm_month(close, by=lead, at=at, version=close.version)
    return send_statement(close, by=manager, at=at, version=close.version)


def prepare(cast: Cast) -> None:
    """Make what takes long once, before the walk: each request then finds it there."""
    _must_be_measured(cast)
    for reference in _agreements(cast):
        _sent_month(cast, reference)


def _must_be_measured(cast: Cast) -> None:
    """Measure the own agreement from the batch of evidence, once."""
    own, _ = _agreements(cast)
    _evidence_batch(cast)
    agreement = Agreement.objects.get(reference=own)
    if not Measured.objects.filter(agreement=agreement).exists():
        measure_agreement(agreement, by=cast.service_manager, at=clock.now())


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
        grant_role(person, role, agreement_reference=_agreements(cast)[0], by=by, at=AT)
    return person


def nobody_of(cast: Cast) -> Person:
    """Return a person of the client without any role."""
    return make_person(cast.client, "Norole")


@example("import_run")
def _import_run(cast: Cast, reader: Person) -> Pair:
    return Pair(_evidence_batch(cast).imports.get().pk, 999_999)


@example("name")
def _source_name(cast: Cast, reader: Person) -> Pair:
    return Pair(_evidence_batch(cast).source.name, "no such source")


@example("number")
def _batch_number(cast: Cast, reader: Person) -> Pair:
    return Pair(_evidence_batch(cast).number, 999_999)


def _evidence_batch(cast: Cast) -> Batch:
    """Return a batch of evidence, imported once."""
    found = Batch.objects.first()
    return found or imported(cast.service_manager, HEADER + ROWS).batch
