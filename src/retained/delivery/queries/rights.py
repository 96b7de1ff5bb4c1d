"""Rights that misses gave rise to, and the day on which each lapses."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from retained.delivery.models import Measured, MonthClose
from retained.shared.months import Month


@dataclass(frozen=True, slots=True)
class FiredRight:
    """A trigger that fired: what it gives, why, and until when.

    Its days are counted from the statement of the month: before that was sent, `lapses_on` is
    not known yet.
    """

    title: str
    right: str
    month: Month
    service_level: str
    because_of: tuple[Month, ...]
    lapses_after_days: int | None
    stated_on: date | None
    lapses_on: date | None

    def has_lapsed(self, today: date) -> bool:
        """Return whether the last day of the right is over."""
        return self.lapses_on is not None and self.lapses_on < today


def fired_rights(
    measured: Measured, closes: Mapping[str, MonthClose], zone: ZoneInfo
) -> list[FiredRight]:
    """Return the rights of an agreement, the newest first."""
    found = [_right(fired, closes.get(fired["month"]), zone) for fired in measured.triggers]
    return sorted(found, key=lambda right: right.month, reverse=True)


def standing(rights: Sequence[FiredRight], today: date) -> list[FiredRight]:
    """Return the rights that have not lapsed."""
    return [right for right in rights if not right.has_lapsed(today)]


def _right(fired: Mapping[str, Any], close: MonthClose | None, zone: ZoneInfo) -> FiredRight:
    days = fired["lapses_after_days"]
    sent_at = close.sent_at if close is not None else None
    stated_on = sent_at.astimezone(zone).date() if sent_at else None
    return FiredRight(
        title=fired["title"],
        right=fired["right"],
        month=Month.parse(fired["month"]),
        service_level=fired["service_level"] or "",
        because_of=tuple(Month.parse(text) for text in fired["because_of"]),
        lapses_after_days=days,
        stated_on=stated_on,
        lapses_on=stated_on + timedelta(days=days) if stated_on and days is not None else None,
    )
