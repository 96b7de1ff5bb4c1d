"""Exclusions: one side asks to leave a ticket out, the other agrees or refuses."""

from datetime import datetime

from django.db import transaction

from retained.audit.record import record
from retained.contracts.models import Agreement
from retained.delivery.models import Exclusion, ExclusionState
from retained.delivery.queries.exclusions import ticket_in_evidence
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
    month: Month,
    reason: str,
    by: Person,
    at: datetime,
) -> Exclusion:
    """Ask the other side not to count a ticket under a service level."""
    directory_access.must(by, "ask_exclusions", agreement.reference)
    ticket, reason = ticket.strip(), reason.strip()
    if not ticket or not reason:
        raise DomainError("Name the ticket, and say why it should not count.")
    ticket = _as_in_the_evidence(agreement, ticket, service_level, month, by=by)
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
    agreement: Agreement, ticket: str, service_level: str, month: Month, *, by: Person
) -> str:
    """Return a ticket's number as the evidence spells it; refuse one that it does not hold."""
    found = ticket_in_evidence(agreement, ticket, service_level, month)
    if found is None:
        whose = "the client’s evidence" if by.side is Side.PROVIDER else "our evidence"
        raise DomainError(
            f"There is no ticket {ticket} in {whose} for this service level: check its number."
        )
    return found


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
