"""Measures: the figure of a service level in a month, and its verdict.

In   what the tickets of each month count as, summed, and the service level's terms
Out  the attained figure with its counts, bounds and verdict
Why  docs/methods/measures.md
"""

import math
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from retained.contracts.engine.level_terms import (
    SHARES,
    Measure,
    ServiceLevelTerms,
    SmallVolume,
)
from retained.delivery.engine.tallies import Tallies, Tally
from retained.shared.months import Month, months_between


class MonthVerdict(StrEnum):
    """What a service level counts as in a month."""

    MET = "met"
    BELOW_EXPECTED = "below_expected"
    BELOW_MINIMUM = "below_minimum"
    TOO_FEW = "too_few"
    NOT_MEASURED = "not_measured"


MISSES = {MonthVerdict.BELOW_EXPECTED, MonthVerdict.BELOW_MINIMUM}


@dataclass(frozen=True, slots=True)
class MonthFigure:
    """A service level in one month.

    `attained` is a ratio, open seconds or a number of tickets, as the measure says; None where
    nothing could be measured. `best_case` is the figure if every uncertain ticket was met.
    `complete` is false while the month runs: its figure is "so far", never a verdict.
    """

    service_level: str
    month: Month
    attained: Decimal | None
    met: int
    missed: int
    open: int
    excluded: int
    unusable: int
    verdict: MonthVerdict
    best_case: Decimal | None = None
    complete: bool = True
    pooled_from: tuple[Month, ...] = ()

    @property
    def counted(self) -> int:
        """The tickets that the figure is about."""
        return self.met + self.missed

    @property
    def unusable_share(self) -> Decimal:
        """The share of tickets that could not be used, of all that the figure should be about."""
        everything = self.counted + self.unusable
        return Decimal(self.unusable) / everything if everything else Decimal(0)


def month_figures(
    tallies: Tallies,
    level: ServiceLevelTerms,
    *,
    first: Month,
    last: Month,
    running: Month | None,
) -> list[MonthFigure]:
    """Return the figure of every month from `first` to `last`, in order.

    `running` is the month that is not over yet; it and later ones are marked incomplete.
    Tickets without a month are open ones: they belong to the month in which they are looked at.
    """
    by_month = dict(tallies)
    by_month[last] = by_month.get(last, Tally()) + by_month.pop(None, Tally())
    figures: list[MonthFigure] = []
    waiting: list[tuple[Month, Tally]] = []
    for month in months_between(first, last):
        own = by_month.get(month, Tally())
        pooled = sum((part for _, part in waiting), own)
        complete = running is None or month < running
        figure = replace(
            _figure(pooled, level, month),
            complete=complete,
            pooled_from=tuple(earlier for earlier, _ in waiting),
        )
        if figure.verdict is MonthVerdict.TOO_FEW and level.small_volume is SmallVolume.POOL:
            waiting.append((month, own))
        else:
            waiting = []
        if figure.verdict is MonthVerdict.TOO_FEW and level.small_volume is SmallVolume.CARRY:
            figure = _carried(figure, figures)
        figures.append(figure)
    return figures


def attained_figure(tally: Tally, level: ServiceLevelTerms) -> Decimal | None:
    """Return the attained figure of a tally, or None if there is nothing."""
    if level.measure is Measure.COUNT:
        return Decimal(tally.counted)
    if level.measure is Measure.BACKLOG:
        return Decimal(tally.open)
    return _figure_over(tally, level) if tally.counted else None


def _figure_over(tally: Tally, level: ServiceLevelTerms) -> Decimal:
    clocks = tally.clocks
    if level.measure is Measure.PERCENTILE:
        share = level.percentile or Decimal(1)
        return Decimal(clocks[max(math.ceil(share * len(clocks)), 1) - 1])
    if level.measure is Measure.MEAN:
        return Decimal(sum(clocks)) / len(clocks)
    sought = tally.missed if level.measure is Measure.REOPEN_SHARE else tally.met
    return Decimal(sought) / tally.counted


def rounded(figure: Decimal, level: ServiceLevelTerms) -> Decimal:
    """Return a figure as the agreement rounds it (shares: digits of the percentage), half up."""
    if level.round_to is None:
        return figure
    digits = level.round_to + (2 if level.measure in SHARES else 0)
    return figure.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP)


def level_verdict(figure: Decimal, level: ServiceLevelTerms) -> MonthVerdict:
    """Return whether a figure meets the expected level, or falls below it or the minimum."""
    value = rounded(figure, level)
    minimum = level.minimum_level

    def misses(bound: Decimal) -> bool:
        return value > bound if level.lower_is_better else value < bound

    if minimum is not None and misses(minimum):
        return MonthVerdict.BELOW_MINIMUM
    if misses(level.expected_level):
        return MonthVerdict.BELOW_EXPECTED
    return MonthVerdict.MET


def month_verdict(attained: Decimal | None, tally: Tally, level: ServiceLevelTerms) -> MonthVerdict:
    """Return what a month's figure counts as by itself, whatever the month before was."""
    if attained is None:
        return MonthVerdict.NOT_MEASURED
    if tally.counted < level.minimum_volume:
        if level.small_volume is not SmallVolume.FAILURES:
            return MonthVerdict.TOO_FEW
        if tally.missed <= level.allowed_failures:
            return MonthVerdict.MET
    return level_verdict(attained, level)


def misses_left(figure: MonthFigure, level: ServiceLevelTerms) -> int | None:
    """Return how many more misses the month can bear before it falls below expected.

    None where the measure is no share, where it has fallen already, or where nothing is expected.
    """
    if level.measure not in SHARES or level.lower_is_better:
        return None
    if figure.counted and level_verdict(_share(figure.met, figure.counted), level) in MISSES:
        return None
    if level.expected_level == 0:
        return None

    def fails(more: int) -> bool:
        return level_verdict(_share(figure.met, figure.counted + more), level) in MISSES

    enough = 1
    while not fails(enough):
        enough *= 2
    return bisect_left(range(1, enough), True, key=fails)


def _share(met: int, counted: int) -> Decimal:
    return Decimal(met) / counted


def _figure(tally: Tally, level: ServiceLevelTerms, month: Month) -> MonthFigure:
    attained = attained_figure(tally, level)
    hopeful = replace(
        tally, met=tally.met + tally.uncertain, missed=tally.missed - tally.uncertain, uncertain=0
    )
    return MonthFigure(
        service_level=level.id,
        month=month,
        attained=attained,
        met=tally.met,
        missed=tally.missed,
        open=tally.open,
        excluded=tally.excluded,
        unusable=tally.unusable,
        verdict=month_verdict(attained, tally, level),
        best_case=attained_figure(hopeful, level) if tally.uncertain else None,
    )


def _carried(figure: MonthFigure, earlier: Sequence[MonthFigure]) -> MonthFigure:
    """Let the verdict of the month before stand where there were too few tickets."""
    return replace(figure, verdict=earlier[-1].verdict) if earlier else figure
