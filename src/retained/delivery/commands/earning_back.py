"""Earning back: what the close of a month takes off the credits of closed months, once each."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from retained.audit.record import record
from retained.contracts.models import Agreement
from retained.delivery.models import CreditClaim, CreditState, EarnedBack, MonthClose
from retained.delivery.queries.statements import StatedEarnBack, content
from retained.directory.models import Person
from retained.directory.versions import only_once
from retained.shared.errors import DomainError
from retained.shared.months import Month


def must_rest_on_closed_months(agreement: Agreement, document: Mapping[str, Any]) -> None:
    """Refuse a statement that earns back what is not closed yet, or what another one did."""
    month = document["month"]
    lines = document.get("earned_back", {"lines": []})["lines"]
    for line in lines:
        _must_be_closed(line, month)
    earlier = EarnedBack.objects.filter(agreement=agreement, is_current=True)
    stated = earlier.exclude(close__month=month).select_related("close")
    known = {(one.month, one.service_level): one for one in stated}
    for line in lines:
        other = known.get((line["month"], line["service_level"]))
        if other is not None:
            raise DomainError(_twice(other.close.month, line["month"], line["title"]))


def earn_back_of_close(close: MonthClose, *, by: Person, at: datetime) -> list[EarnedBack]:
    """Take what a confirmed month earned back off its credits, in place of what it superseded."""
    if close.supersedes is not None:
        close.supersedes.earned_back.update(is_current=False)
    stated = content(close).earned_back
    if stated is None or not stated.lines:
        return []
    _must_not_be_waived(close, {str(line.of.month) for line in stated.lines})
    return [_earn_back(close, line, by=by, at=at) for line in stated.lines]


def _earn_back(close: MonthClose, line: StatedEarnBack, *, by: Person, at: datetime) -> EarnedBack:
    with only_once(
        f"Another statement earned back the credit of {line.title} in {line.of.month.title} "
        "meanwhile: drop this check, and correct that month first."
    ):
        made = EarnedBack.objects.create(
            agreement=close.agreement,
            month=str(line.of.month),
            service_level=line.service_level,
            close=close,
            amount_minor=line.amount.minor,
            currency=line.amount.currency,
        )
    after = {"amount": str(line.amount), "statement": close.record_key}
    record("earned back", made, by=by, at=at, after=after)
    return made


def _must_be_closed(line: Mapping[str, Any], month: str) -> None:
    needed = [line, *line["because_of"]]
    missing = sorted(
        {one["month"] for one in needed if one["statement"] is None and one["month"] != month}
    )
    if missing:
        names = ", ".join(Month.parse(one).title for one in missing)
        raise DomainError(
            f"{Month.parse(month).title} earns back a credit of "
            f"{Month.parse(line['month']).title} ({line['title']}), and that rests on months "
            f"that are not closed: close {names} first."
        )


def _must_not_be_waived(close: MonthClose, months: Iterable[str]) -> None:
    """Refuse to earn back a credit that was waived after the month was checked."""
    credits = CreditClaim.objects.select_for_update(of=("self",)).filter(
        agreement=close.agreement, is_current=True, month__in=sorted(months)
    )
    if any(credit.state == CreditState.WAIVED for credit in credits):
        raise DomainError(
            "A credit that this month earns back was waived since it was checked: "
            "drop the check and check it anew."
        )


def _twice(stated_in: str, month: str, title: str) -> str:
    return (
        f"The statement of {Month.parse(stated_in).title} earned back the credit of {title} in "
        f"{Month.parse(month).title} already: correct that statement first."
    )
