"""Late evidence: what a closed month would say today, beside what was frozen.

A close never changes by itself: what came later is reported here until somebody corrects the
month, or leaves it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from retained.contracts.models import Agreement
from retained.delivery.models import MonthClose
from retained.delivery.queries.level_months import AgreementMonths, LevelMonth
from retained.delivery.queries.statements import StatedLevel, content
from retained.delivery.queries.wording import figure_words
from retained.shared.money import Money, total
from retained.shared.months import Month


@dataclass(frozen=True, slots=True)
class LateLevel:
    """One service level of a closed month that is measured otherwise now."""

    level_id: str
    title: str
    frozen: str
    frozen_counts: str
    now: str
    now_counts: str


@dataclass(frozen=True, slots=True)
class LateMonth:
    """A closed month whose figures the evidence no longer gives."""

    agreement: Agreement
    month: Month
    number: int
    levels: tuple[LateLevel, ...]
    frozen_owed: Money
    owed_now: Money

    @property
    def difference(self) -> Money:
        """What would be owed now, less what was frozen."""
        return self.owed_now - self.frozen_owed


def late_months(months: AgreementMonths) -> list[LateMonth]:
    """Return the closed months of an agreement that are measured otherwise now, newest first."""
    looked_at = (row.close for row in months.months if row.close and row.close.is_current)
    closes = [one for one in looked_at if months.measured.measured_at > one.checked_at]
    found = (_late(months, close, months.now[Month.parse(close.month)]) for close in closes)
    return [late for late in found if late is not None]


def _late(
    months: AgreementMonths, close: MonthClose, now: Mapping[str, LevelMonth]
) -> LateMonth | None:
    stated = content(close)
    changed = [
        _late_level(level, now[level.id])
        for level in stated.levels
        if level.id in now and _differs(level, now[level.id])
    ]
    owed_now = total((one.money for one in now.values() if one.money), stated.currency)
    if not changed and owed_now == stated.owed:
        return None
    return LateMonth(
        agreement=months.agreed.agreement,
        month=Month.parse(close.month),
        number=close.number,
        levels=tuple(changed),
        frozen_owed=stated.owed,
        owed_now=owed_now,
    )


def _differs(level: StatedLevel, now: LevelMonth) -> bool:
    frozen = (level.met, level.missed, level.open, level.excluded, level.unusable)
    return frozen != (now.met, now.missed, now.open, now.excluded, now.unusable) or (
        level.attained or ""
    ) != ("" if now.attained is None else format(now.attained, "f"))


def _late_level(level: StatedLevel, now: LevelMonth) -> LateLevel:
    attained = Decimal(level.attained) if level.attained else None
    return LateLevel(
        level_id=level.id,
        title=level.title,
        frozen=figure_words(attained, level.unit, levels=now.levels),
        frozen_counts=f"{level.met:,} of {level.counted:,}",
        now=now.words,
        now_counts=f"{now.met:,} of {now.counted:,}",
    )
