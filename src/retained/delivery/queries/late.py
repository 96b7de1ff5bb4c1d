"""Late evidence: what a closed month would say today, beside what was frozen.

A close never changes by itself: what came later is reported here until somebody corrects the
month, or leaves it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from retained.contracts.models import Agreement
from retained.delivery.engine.earn_back import EarnBack
from retained.delivery.models import Measured, MonthClose
from retained.delivery.queries.earned_now import earned_now, may_earn_back
from retained.delivery.queries.level_months import AgreementMonths, LevelMonth
from retained.delivery.queries.months import as_stated
from retained.delivery.queries.statements import Content, content
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
    frozen_earned_back: Money
    earned_back_now: Money

    @property
    def difference(self) -> Money:
        """What would be owed now, less what was frozen."""
        return self.owed_now - self.frozen_owed

    @property
    def earns_another(self) -> bool:
        """Whether another amount would be earned back of earlier credits."""
        return self.earned_back_now != self.frozen_earned_back


def late_months(months: AgreementMonths) -> list[LateMonth]:
    """Return the closed months of an agreement that are measured otherwise now, newest first.

    Where credits can be earned back, a month may be late because another one was corrected.
    """
    closes = sorted(
        (close for close in months.all_closes if close.is_current),
        key=lambda close: close.month,
        reverse=True,
    )
    found = (_late(months, close) for close in closes if _may_be_late(months.measured, close))
    return [late for late in found if late is not None]


def _may_be_late(measured: Measured, close: MonthClose) -> bool:
    return measured.measured_at > close.checked_at or may_earn_back(close)


def _late(months: AgreementMonths, close: MonthClose) -> LateMonth | None:
    stated = content(close)
    now = months.now.get(Month.parse(close.month), {})
    earned = earned_now(months, close) if may_earn_back(close) else []
    frozen = [
        as_stated(now[level.id], level, stated.currency)
        for level in stated.levels
        if level.id in now
    ]
    changed = [_late_level(level, level.late) for level in frozen if level.late]
    owed_now = total((one.money for one in now.values() if one.money), stated.currency)
    if not changed and owed_now == stated.owed and not _earns_otherwise(stated, earned):
        return None
    return LateMonth(
        agreement=close.agreement,
        month=Month.parse(close.month),
        number=close.number,
        levels=tuple(changed),
        frozen_owed=stated.owed,
        owed_now=owed_now,
        frozen_earned_back=stated.earned_back_together,
        earned_back_now=total((one.amount for one in earned), stated.currency),
    )


def _earns_otherwise(stated: Content, earned: Sequence[EarnBack]) -> bool:
    """Return whether other credits, or other amounts of them, would be earned back now."""
    lines = stated.earned_back.lines if stated.earned_back else ()
    frozen = {(line.service_level, line.of.month, line.amount) for line in lines}
    return frozen != {(one.service_level, one.month, one.amount) for one in earned}


def _late_level(frozen: LevelMonth, now: LevelMonth) -> LateLevel:
    return LateLevel(
        level_id=frozen.level_id,
        title=frozen.title,
        frozen=frozen.words,
        frozen_counts=frozen.counts,
        now=now.words,
        now_counts=now.counts,
    )
