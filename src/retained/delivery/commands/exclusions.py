"""Exclusions: one side asks to leave a ticket out, the other agrees or refuses."""

from datetime import datetime

from django.db import transaction

from retained.audit.actors import Actor
from retained.audit.record import record
from retained.contracts import queries as contracts_queries
from retained.contracts.models import Agreement
from retained.delivery.models import Exclusion, ExclusionState
from retained.delivery.queries.exclusions import (
    measured_month,
    measured_months,
    ticket_in_evidence,
)
from retained.directory import access as directory_access
from retained.directory.engine.roles import Side
from retained.directory.models import Person
from retained.directory.versions import only_once, save_version
from retained.files.models import StoredFile
from retained.shared.errors import DomainError
from retained.shared.months import Month


@transaction.atomic
def ask_exclusion(
    agreement: Agreement,
    ticket: str,
    *,
    service_level: str,
    reason: str,
    by: Person,
    at: datetime,
    month: Month | None = None,
) -> Exclusion:
    """Ask the other side not to count a ticket under a service level.

    The month is the ticket's own, as far as the evidence knows it: another one is refused. Of a
    ticket that counts in no month yet, being open, `month` must say it.
    """
    directory_access.must(by, "ask_exclusions", agreement.reference)
    ticket, reason = ticket.strip(), reason.strip()
    if not ticket or not reason:
        raise DomainError("Name the ticket, and say why it should not count.")
    _must_be_agreed(agreement, service_level)
    ticket = _as_in_the_evidence(agreement, ticket, service_level, by=by)
    month = _month_of(agreement, service_level, ticket, said=month)
    message = f"{ticket} is asked for or left out already under this service level."
    with only_once(message):
        exclusion = Exclusion.objects.create(
            agreement=agreement,
            service_level=service_level,
            ticket=ticket,
            month=str(month),
            reason=reason,
            asked_by_key=by.actor_key,
            asked_side=by.side.value,
            asked_at=at,
        )
    record("asked to exclude", exclusion, by=by, at=at, after={"month": str(month)}, reason=reason)
    return exclusion


def _as_in_the_evidence(
    agreement: Agreement, ticket: str, service_level: str, *, by: Person
) -> str:
    """Return a ticket's number as the evidence spells it; refuse one that it does not hold."""
    found = ticket_in_evidence(agreement, ticket, service_level)
    if found is None:
        whose = "the client’s evidence" if by.side is Side.PROVIDER else "our evidence"
        raise DomainError(
            f"There is no ticket {ticket} in {whose} for this service level: check its number."
        )
    return found


def _must_be_agreed(agreement: Agreement, service_level: str) -> None:
    """Refuse a service level that no version of the agreement has."""
    versions = contracts_queries.versions_that_count(agreement)
    known = {level.id for row in versions for level in row.terms.service_levels}
    if service_level not in known:
        raise DomainError(
            f"The agreement has no service level “{service_level}”: "
            f"it has {', '.join(sorted(known))}."
        )


def _month_of(
    agreement: Agreement, service_level: str, ticket: str, *, said: Month | None
) -> Month:
    """Return the month in which a ticket counts: its own, or else the one that was said."""
    own = measured_month(agreement, service_level, ticket)
    if own is None and said is None:
        raise DomainError(
            f"{ticket} counts in no month yet, as far as the evidence goes: say the month."
        )
    if own is not None and said not in {None, own}:
        raise DomainError(
            f"{ticket} counts in {own.title}, not in {said.title if said else ''}: "
            f"ask for it in {own.title}."
        )
    return own or said  # type: ignore[return-value] # one of them is there


def follow_tickets(agreement: Agreement, *, by: Actor, at: datetime) -> None:
    """Move exclusions to the month in which their ticket counts now: part of a measurement.

    What was asked for a ticket that was still open is answered in the month that it falls into.
    """
    standing = Exclusion.objects.filter(
        agreement=agreement, state__in=(ExclusionState.ASKED, ExclusionState.AGREED)
    )
    found = list(standing.select_related("agreement"))
    months = measured_months(agreement, [exclusion.ticket for exclusion in found])
    for exclusion in found:
        month = months.get((exclusion.service_level, exclusion.ticket))
        if month is None or str(month) == exclusion.month:
            continue
        before, after = {"month": exclusion.month}, {"month": str(month)}
        Exclusion.objects.filter(pk=exclusion.pk).update(month=str(month))
        record("followed its ticket", exclusion, by=by, at=at, before=before, after=after)


@transaction.atomic
def answer_exclusion(
    exclusion: Exclusion,
    *,
    agreed: bool,
    answer: str,
    by: Person,
    at: datetime,
    version: int,
) -> Exclusion:
    """Agree or refuse to leave a ticket out; only the side that did not ask may answer."""
    directory_access.must(by, "answer_exclusions", exclusion.agreement.reference)
    if by.side.value == exclusion.asked_side:
        raise DomainError("Your own side asked for this: the other side answers it.")
    _answer(
        exclusion,
        state=ExclusionState.AGREED if agreed else ExclusionState.REFUSED,
        answer=answer,
        side=by.side,
        by=by,
        at=at,
        version=version,
    )
    return exclusion


@transaction.atomic
def record_exclusion_answer(
    exclusion: Exclusion,
    *,
    agreed: bool,
    answer: str,
    mail: StoredFile,
    by: Person,
    at: datetime,
    version: int,
) -> Exclusion:
    """Write down the provider's answer that came by mail, with the mail attached."""
    directory_access.must(by, "record_answers", exclusion.agreement.reference)
    if exclusion.asked_side != Side.CLIENT.value:
        raise DomainError("The provider asked for this: answer it yourself.")
    _answer(
        exclusion,
        state=ExclusionState.AGREED if agreed else ExclusionState.REFUSED,
        answer=answer,
        side=Side.PROVIDER,
        by=by,
        at=at,
        version=version,
        mail=mail,
    )
    return exclusion


@transaction.atomic
def withdraw_exclusion(
    exclusion: Exclusion, *, reason: str, by: Person, at: datetime, version: int
) -> Exclusion:
    """Take back what one's own side asked for, as long as it is not answered."""
    directory_access.must(by, "ask_exclusions", exclusion.agreement.reference)
    if by.side.value != exclusion.asked_side:
        raise DomainError("The other side asked for this: agree or refuse instead.")
    _answer(
        exclusion,
        state=ExclusionState.WITHDRAWN,
        answer=reason,
        side=by.side,
        by=by,
        at=at,
        version=version,
    )
    return exclusion


def _answer(
    exclusion: Exclusion,
    *,
    state: ExclusionState,
    answer: str,
    side: Side,
    by: Person,
    at: datetime,
    version: int,
    mail: StoredFile | None = None,
) -> None:
    if exclusion.state != ExclusionState.ASKED:
        raise DomainError(f"This was {exclusion.get_state_display()} already.")
    if state is ExclusionState.REFUSED and not answer.strip():
        raise DomainError("Say why you refuse: the other side will read it.")
    values: dict[str, object] = {
        "state": state.value,
        "answer": answer.strip(),
        "answered_by_key": by.actor_key,
        "answered_side": side.value,
        "answered_at": at,
        "mail": mail,
    }
    save_version(exclusion, values, version=version)
    after = {"state": state.value, "side": side.value}
    record("answered exclusion", exclusion, by=by, at=at, after=after, reason=answer)
    if state is ExclusionState.AGREED:
        from retained.delivery.jobs import ask_to_measure  # noqa: PLC0415 - jobs call commands

        ask_to_measure(exclusion.agreement_id, by=by)
