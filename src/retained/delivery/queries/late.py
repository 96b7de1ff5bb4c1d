"""Late evidence: what a closed month would say today, beside what was frozen.

A close never changes by itself: what came later is reported here until somebody corrects the
month, or leaves it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from retained.contracts.models import Agreement
from retained.delivery.models import Measured, MeasuredMonth, MonthClose
from retained.delivery.queries.level_months import LevelMonth
from retained.delivery.queries.months import as_stated, level_month
from retained.delivery.queries.statements import content
from retained.shared.money import Money, total
from retained.shared.months import Month

_MOST_CLOSES = 200


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


def late_months(measured: Measured) -> list[LateMonth]:
    """Return the closed months of one agreement that are measured otherwise now, newest first."""
    return late_of_agreements([measured])


def late_of_agreements(looked_at: Iterable[Measured]) -> list[LateMonth]:
    """Return the same for many agreements: two queries, the newest closes only."""
    by_agreement = {measured.agreement_id: measured for measured in looked_at}
    closes = [
        close
        for close in MonthClose.objects.filter(agreement__in=by_agreement, is_current=True)
        .select_related("agreement")
        .order_by("-month")[:_MOST_CLOSES]
        if by_agreement[close.agreement_id].measured_at > close.checked_at
    ]
    rows = _rows_of(closes, by_agreement)
    found = [_late(close, rows.get((close.agreement_id, close.month), {})) for close in closes]
    return [late for late in found if late is not None]


def _rows_of(
    closes: Sequence[MonthClose], by_agreement: Mapping[int, Measured]
) -> dict[tuple[int, str], dict[str, LevelMonth]]:
    """Return what is measured now of the closed months, by service level."""
    rows = MeasuredMonth.objects.filter(
        measured__in=list(by_agreement.values()), month__in={close.month for close in closes}
    ).select_related("measured")
    found: dict[tuple[int, str], dict[str, LevelMonth]] = {}
    for row in rows:
        place = row.measured.agreement_id, row.month
        found.setdefault(place, {})[row.service_level] = level_month(row)
    return found


def _late(close: MonthClose, now: Mapping[str, LevelMonth]) -> LateMonth | None:
    stated = content(close)
    frozen = [
        as_stated(now[level.id], level, stated.currency)
        for level in stated.levels
        if level.id in now
    ]
    changed = [_late_level(level, level.late) for level in frozen if level.late]
    owed_now = total((one.money for one in now.values() if one.money), stated.currency)
    if not changed and owed_now == stated.owed:
        return None
    return LateMonth(
        agreement=close.agreement,
        month=Month.parse(close.month),
        number=close.number,
        levels=tuple(changed),
        frozen_owed=stated.owed,
        owed_now=owed_now,
    )


def _late_level(frozen: LevelMonth, now: LevelMonth) -> LateLevel:
    return LateLevel(
        level_id=frozen.level_id,
        title=frozen.title,
        frozen=frozen.words,
        frozen_counts=frozen.counts,
        now=now.words,
        now_counts=now.counts,
    )
