"""Example objects for the access walk: batches of evidence, figures, closes, credits."""

import io

from directory.cast import Cast
from directory.walk_living import own_lived_case
from directory.walk_registry import (
    Pair,
    agreement_pair,
    agreements_of,
    evidence_batch,
    example,
    is_kept_apart,
)
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
from retained.directory.engine.roles import Role
from retained.directory.models import Person
from retained.files.models import StoredFile
from retained.files.storing import store_upload
from retained.shared import clock
from retained.shared.money import Money
from retained.shared.months import Month


@example("import_run")
def _import_run(cast: Cast, reader: Person) -> Pair:
    return Pair(evidence_batch(cast).imports.get().pk, 999_999)


@example("name")
def _source_name(cast: Cast, reader: Person) -> Pair:
    return Pair(evidence_batch(cast).source.name, "no such source")


@example("number")
def _batch_number(cast: Cast, reader: Person) -> Pair:
    return Pair(evidence_batch(cast).number, 999_999)


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
    return agreement_pair(cast, reader)


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
    for reference in agreements_of(cast):
        _sent_month(cast, reference)
    return Pair(1, 1)


@example("form")
def _form(cast: Cast, reader: Person) -> Pair:
    return Pair("csv", "csv")


@example("exclusion_mail.exclusion")
@example("api:exclusion_mail.exclusion")
def _mailed_exclusion(cast: Cast, reader: Person) -> Pair:
    own, foreign = (_asked(cast, reference, "INC-2") for reference in agreements_of(cast))
    for one in (own, foreign):
        one.mail = _mail(cast)
        one.save()
    return Pair(own.pk, foreign.pk if is_kept_apart(reader) else 999_999)


@example("exclusion")
def _exclusion(cast: Cast, reader: Person) -> Pair:
    own, foreign = (_asked(cast, reference, "INC-1") for reference in agreements_of(cast))
    return Pair(own.pk, foreign.pk if is_kept_apart(reader) else 999_999)


@example("answer")
def _answer_by_mail(cast: Cast, reader: Person) -> Pair:
    close = _sent_month(cast, agreements_of(cast)[0])
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
    close = _sent_month(cast, agreements_of(cast)[0])
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
    evidence_batch(cast)
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
    for reference in agreements_of(cast):
        _sent_month(cast, reference)
    own_lived_case(cast)


def _must_be_measured(cast: Cast) -> None:
    """Measure the own agreement from the batch of evidence, once."""
    own, _ = agreements_of(cast)
    evidence_batch(cast)
    agreement = Agreement.objects.get(reference=own)
    if not Measured.objects.filter(agreement=agreement).exists():
        measure_agreement(agreement, by=cast.service_manager, at=clock.now())
