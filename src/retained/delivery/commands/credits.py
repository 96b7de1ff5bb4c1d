"""Credits on their way: claimed, received with the credit note's number, given back, or waived."""

from datetime import datetime

from django.db import transaction

from retained.audit.record import record
from retained.delivery.commands.standings import keep_standing
from retained.delivery.models import CreditClaim, CreditState, MonthClose
from retained.directory import access as directory_access
from retained.directory.models import Person
from retained.directory.versions import save_version
from retained.shared.errors import DomainError
from retained.shared.money import Money
from retained.shared.months import Month


@transaction.atomic
def claim_credit(credit: CreditClaim, *, by: Person, at: datetime, version: int) -> CreditClaim:
    """Tell that the credit was asked from the provider."""
    directory_access.must(by, "look_after_credits", credit.agreement.reference)
    _must_be(credit, CreditState.DUE)
    _must_be_owed_by_the_provider(credit)
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
    covers_several: bool = False,
) -> CreditClaim:
    """Tell that a credit note came; its amount may differ from what is owed, and is shown so.

    One credit note may settle several credits of a provider: `covers_several` says that it is so.
    """
    directory_access.must(by, "look_after_credits", credit.agreement.reference)
    _must_be(credit, CreditState.DUE, CreditState.CLAIMED)
    _must_be_owed_by_the_provider(credit)
    if not credit_note.strip():
        raise DomainError("Give the number of the credit note: it settles this credit.")
    if amount.currency != credit.currency or amount.minor <= 0:
        raise DomainError(f"Give the credit note's amount in {credit.currency}, above nothing.")
    if not covers_several:
        _must_be_new(credit, credit_note.strip())
    values: dict[str, object] = {
        "state": CreditState.RECEIVED,
        "credit_note": credit_note.strip(),
        "received_minor": amount.minor,
    }
    return _change(credit, "received", values, by=by, at=at, version=version)


@transaction.atomic
def give_back(
    credit: CreditClaim, *, invoice: str, amount: Money, by: Person, at: datetime, version: int
) -> CreditClaim:
    """Tell that what a month earned back above what it owes was given to the provider."""
    directory_access.must(by, "look_after_credits", credit.agreement.reference)
    _must_be(credit, CreditState.DUE)
    if not credit.is_owed_to_provider:
        raise DomainError("The provider owes this credit: receive it with its credit note.")
    if not invoice.strip():
        raise DomainError("Give the number of the provider's invoice: it settles this amount.")
    if amount.currency != credit.currency or amount.minor <= 0:
        raise DomainError(f"Give the invoice's amount in {credit.currency}, above nothing.")
    values: dict[str, object] = {
        "state": CreditState.GIVEN_BACK,
        "credit_note": invoice.strip(),
        "received_minor": -amount.minor,
    }
    return _change(credit, "given back", values, by=by, at=at, version=version)


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
    changed = _change(credit, "waived", values, by=by, at=at, version=version)
    _must_not_be_earned_back(credit)  # asked last: a close that earns it back locks it first
    return changed


def credit_of_close(close: MonthClose, net: Money, *, at: datetime) -> CreditClaim | None:
    """Make the credit that a confirmed month gives rise to; none where its net is nothing."""
    if not net:
        return None
    return CreditClaim.objects.create(
        close=close,
        agreement=close.agreement,
        month=close.month,
        amount_minor=net.minor,
        currency=net.currency,
        changed_at=at,
    )


def supersede_credit(close: MonthClose) -> None:
    """Take the credit of a close that was corrected out of the lists: the newer one counts."""
    CreditClaim.objects.filter(close=close).update(is_current=False)


def _must_be_new(credit: CreditClaim, credit_note: str) -> None:
    """Refuse a number that settles another credit of the provider, until somebody says it does."""
    provider = credit.agreement.provider_id
    settled = CreditClaim.objects.filter(
        agreement__provider=provider, credit_note__iexact=credit_note
    ).exclude(pk=credit.pk)
    months = [Month.parse(one.month).title for one in settled]
    if months:
        raise DomainError(
            f"Credit note {credit_note} already settles the credit of {', '.join(months)}. "
            "Correct the number, or say that it covers several credits."
        )


def _must_be(credit: CreditClaim, *states: CreditState) -> None:
    if not credit.is_current:
        raise DomainError("This statement was superseded: look after the credit of the newer one.")
    if credit.state not in states:
        raise DomainError(f"This credit is {credit.get_state_display()} already.")


def _must_be_owed_by_the_provider(credit: CreditClaim) -> None:
    if credit.is_owed_to_provider:
        raise DomainError(
            "This amount is owed to the provider: the month earned more back than it owes. "
            "Tell when it was given back."
        )


def _must_not_be_earned_back(credit: CreditClaim) -> None:
    earned = credit.agreement.earned_back.filter(month=credit.month, is_current=True)
    first = earned.select_related("close").first()
    if first is not None:
        raise DomainError(
            f"The statement of {Month.parse(first.close.month).title} earned this credit back, "
            "so it cannot be waived as well: claim and receive it, or correct that month first."
        )


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
    own = {"changed_at", "changed_by_key"}  # the entry itself says who and when
    after = {name: str(change.after[name]) for name in change.after if name not in own}
    reason = str(after.pop("reason", ""))
    record(f"credit {verb}", credit, by=by, at=at, before=before, after=after, reason=reason)
    keep_standing(credit.agreement)  # a credit that was waived cannot be earned back
    return credit
