"""Credits on their way: claimed, received with the credit note's number, or waived."""

from datetime import datetime

from django.db import transaction

from retained.audit.record import record
from retained.delivery.models import CreditClaim, CreditState, MonthClose
from retained.directory import access as directory_access
from retained.directory.models import Person
from retained.directory.versions import save_version
from retained.shared.errors import DomainError
from retained.shared.money import Money


@transaction.atomic
def claim_credit(credit: CreditClaim, *, by: Person, at: datetime, version: int) -> CreditClaim:
    """Tell that the credit was asked from the provider."""
    directory_access.must(by, "look_after_credits", credit.agreement.reference)
    _must_be(credit, CreditState.DUE)
    return _change(credit, "claimed", {"state": CreditState.CLAIMED}, by=by, at=at, version=version)


@transaction.atomic
def receive_credit(
    credit: CreditClaim,
    *,
    credit_note: str,
    amount: Money,
    by: Person,
    at: datetime,
    version: int,
) -> CreditClaim:
    """Tell that a credit note came; its amount may differ from what is owed, and is shown so."""
    directory_access.must(by, "look_after_credits", credit.agreement.reference)
    _must_be(credit, CreditState.DUE, CreditState.CLAIMED)
    if not credit_note.strip():
        raise DomainError("Give the number of the credit note: it settles this credit.")
    if amount.currency != credit.currency or amount.minor <= 0:
        raise DomainError(f"Give the credit note's amount in {credit.currency}, above nothing.")
    values: dict[str, object] = {
        "state": CreditState.RECEIVED,
        "credit_note": credit_note.strip(),
        "received_minor": amount.minor,
    }
    return _change(credit, "received", values, by=by, at=at, version=version)


@transaction.atomic
def waive_credit(
    credit: CreditClaim, *, reason: str, by: Person, at: datetime, version: int
) -> CreditClaim:
    """Give up a credit, with the reason."""
    directory_access.must(by, "waive_credits", credit.agreement.reference)
    _must_be(credit, CreditState.DUE, CreditState.CLAIMED)
    if not reason.strip():
        raise DomainError("Say why this credit is waived: the record keeps it.")
    values: dict[str, object] = {"state": CreditState.WAIVED, "reason": reason.strip()}
    return _change(credit, "waived", values, by=by, at=at, version=version)


def credit_of_close(close: MonthClose, owed: Money, *, at: datetime) -> CreditClaim | None:
    """Make the credit that a confirmed month gives rise to; none where nothing is owed."""
    if not owed:
        return None
    return CreditClaim.objects.create(
        close=close,
        agreement=close.agreement,
        month=close.month,
        amount_minor=owed.minor,
        currency=owed.currency,
        changed_at=at,
    )


def supersede_credit(close: MonthClose) -> None:
    """Take the credit of a close that was corrected out of the lists: the newer one counts."""
    CreditClaim.objects.filter(close=close).update(is_current=False)


def _must_be(credit: CreditClaim, *states: CreditState) -> None:
    if not credit.is_current:
        raise DomainError("This statement was superseded: look after the credit of the newer one.")
    if credit.state not in states:
        raise DomainError(f"This credit is {credit.get_state_display()} already.")


def _change(
    credit: CreditClaim,
    verb: str,
    values: dict[str, object],
    *,
    by: Person,
    at: datetime,
    version: int,
) -> CreditClaim:
    before = {"state": credit.state}
    values |= {"changed_by_key": by.actor_key, "changed_at": at}
    change = save_version(credit, values, version=version)
    after = {name: str(change.after[name]) for name in change.after if name != "changed_at"}
    reason = str(after.pop("reason", ""))
    record(f"credit {verb}", credit, by=by, at=at, before=before, after=after, reason=reason)
    return credit
