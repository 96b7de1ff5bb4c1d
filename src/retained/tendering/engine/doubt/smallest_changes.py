"""The smallest change that puts another bid first: of one weight, of weights together, of one mark.

In   a ranking with one winner
Out  each change, with who takes over; nothing where no change of that kind can do it
Why  docs/methods/doubt.md

At the figures given the two are equal; anything beyond them changes the winner.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor

import numpy as np
from scipy.optimize import linprog

from retained.tendering.engine.bids import Bid
from retained.tendering.engine.evaluation import Branch, Criterion
from retained.tendering.engine.price_formulas import Price, PriceFormula
from retained.tendering.engine.ranking import Ranked, Ranking
from retained.tendering.engine.value_functions import ValueFunction


@dataclass(frozen=True, slots=True)
class WeightChange:
    """The weight of a branch or criterion moved, all others in proportion."""

    branch: Branch
    now: Fraction
    at: Fraction
    instead: Bid

    @property
    def still_holds(self) -> Fraction:
        """The last tenth of a percent on the way to `at` with which the winner is still first."""
        return tenth_before(self.now, self.at)

    @property
    def changes_at(self) -> Fraction:
        """The first tenth of a percent beyond `at`: with it another bid is first."""
        return tenth_beyond(self.now, self.at)


@dataclass(frozen=True, slots=True)
class WeightsTogether:
    """All weights moved at once, by as little as can be; `moved` is what changes hands."""

    weights: tuple[float, ...]
    moved: float
    instead: Bid


@dataclass(frozen=True, slots=True)
class MarkChange:
    """The mark (or amount) of one bid on one criterion moved from `now` to `at`."""

    bid: Bid
    criterion: Criterion
    now: Fraction
    at: Fraction
    instead: Bid

    @property
    def share(self) -> Fraction:
        """How far that is, as a share of the whole scale."""
        return abs(self.at - self.now) / _line(self.criterion).span


def weight_changes(ranking: Ranking) -> tuple[WeightChange, ...]:
    """Return for each branch and criterion the nearest weight that changes the winner.

    The least change stands first. Left out are branches that no weight can change the winner by;
    in a tie, all of them.
    """
    first = _winner(ranking)
    found = []
    for branch in ranking.evaluation.branches if first else ():
        options = list(_crossings(ranking, branch))
        if options:
            at, bid = min(options, key=lambda one: abs(one[0] - branch.weight))
            found.append(WeightChange(branch, branch.weight, at, bid))
    return tuple(sorted(found, key=lambda one: abs(one.at - one.now)))


def weights_together(ranking: Ranking) -> WeightsTogether | None:
    """Return the least change of all weights together that changes the winner.

    One linear programme for each rival: least sum of |w - w0| where the rival is no longer behind.
    """
    first = _winner(ranking)
    if first is None:
        return None
    now = np.array([float(one) for one in ranking.evaluation.weights])
    options = []
    for rival in ranking.ranked[1:]:
        gap = np.array([float(one) for one in _differences(first, rival)])
        found = _least_change(now, gap)
        if found is not None:
            options.append(WeightsTogether(tuple(map(float, found[0])), found[1], rival.bid))
    return min(options, key=lambda one: one.moved, default=None)


def mark_changes(ranking: Ranking) -> tuple[MarkChange, ...]:
    """Return every change of one mark or amount that changes the winner, the smallest first.

    Relative price formulas are left out: there one amount moves the value of every bid.
    """
    first = _winner(ranking)
    if first is None:
        return ()
    found = [
        change
        for place, criterion in enumerate(ranking.evaluation.criteria)
        if criterion.weight and _has_line(criterion)
        for change in (*_falls(ranking, first, place), *_rises(ranking, first, place))
    ]
    return tuple(sorted(found, key=lambda one: one.share))


def tenth_before(now: Fraction, at: Fraction) -> Fraction:
    """Return the last tenth of a percent on the way from `now` to `at`, before it."""
    tenths = at * 1000
    return Fraction(floor(tenths) + 1 if at < now else ceil(tenths) - 1, 1000)


def tenth_beyond(now: Fraction, at: Fraction) -> Fraction:
    """Return the first tenth of a percent beyond `at`, coming from `now`."""
    tenths = at * 1000
    return Fraction(ceil(tenths) - 1 if at < now else floor(tenths) + 1, 1000)


def _winner(ranking: Ranking) -> Ranked | None:
    """Return the one winner; None in a tie or where nobody else is left."""
    alone = len(ranking.winners) == 1 and len(ranking.ranked) > 1
    return ranking.ranked[0] if alone else None


def _differences(first: Ranked, rival: Ranked) -> list[Fraction]:
    """Return by how much the first is ahead in value, criterion by criterion."""
    return [
        one.value - other.value
        for one, other in zip(first.contributions, rival.contributions, strict=True)
    ]


def _crossings(ranking: Ranking, branch: Branch) -> Iterator[tuple[Fraction, Bid]]:
    """Yield for each rival the weight of the branch at which it draws level."""
    first, weights = ranking.ranked[0], ranking.evaluation.weights
    if not 0 < branch.weight < 1:
        return
    for rival in ranking.ranked[1:]:
        gaps = _differences(first, rival)
        inside = sum((weights[leaf] * gaps[leaf] for leaf in branch.leaves), Fraction(0))
        whole = sum((weight * gap for weight, gap in zip(weights, gaps, strict=True)), Fraction(0))
        within, without = inside / branch.weight, (whole - inside) / (1 - branch.weight)
        if within != without:
            at = without / (without - within)
            if 0 < at < 1:
                yield at, rival.bid


def _least_change(now: np.ndarray, gap: np.ndarray) -> tuple[np.ndarray, float] | None:
    size = len(now)
    unit = np.eye(size)
    bounded = np.vstack([
        np.hstack([unit, -unit]), np.hstack([-unit, -unit]),
        np.append(gap, np.zeros(size))[None, :],
    ])  # fmt: skip
    limits = np.concatenate([now, -now, [0.0]])
    total = np.append(np.ones(size), np.zeros(size))[None, :]
    found = linprog(np.append(np.zeros(size), np.ones(size)), bounded, limits, total, [1.0])
    return (found.x[:size], float(found.fun) / 2) if found.status == 0 else None


def _falls(ranking: Ranking, first: Ranked, place: int) -> Iterator[MarkChange]:
    """Yield how far the winner may fall on a criterion until the second draws level."""
    line, rival = first.contributions[place], ranking.ranked[1]
    value = line.value - (first.total - rival.total) / 100 / line.criterion.weight
    at = _mark_at(line.criterion, value)
    if at is not None:
        yield MarkChange(first.bid, line.criterion, line.mark, at, rival.bid)


def _rises(ranking: Ranking, first: Ranked, place: int) -> Iterator[MarkChange]:
    """Yield how far each rival must rise on a criterion until it draws level."""
    for rival in ranking.ranked[1:]:
        line = rival.contributions[place]
        value = line.value + (first.total - rival.total) / 100 / line.criterion.weight
        at = _mark_at(line.criterion, value)
        if at is not None:
            yield MarkChange(rival.bid, line.criterion, line.mark, at, rival.bid)


def _mark_at(criterion: Criterion, value: Fraction) -> Fraction | None:
    """Return the mark with a value; a price in money goes on beyond its line, down to nothing."""
    line = _line(criterion)
    if isinstance(criterion.worth, Price) and criterion.worth.formula is PriceFormula.MONEY:
        amount = line.marks[-1] - value * line.span
        return amount if amount > 0 else None
    return line.mark_at(value)


def _has_line(criterion: Criterion) -> bool:
    return not isinstance(criterion.worth, Price) or criterion.worth.line is not None


def _line(criterion: Criterion) -> ValueFunction:
    line = criterion.worth.line if isinstance(criterion.worth, Price) else criterion.worth
    if line is None:
        raise ValueError(f"{criterion.id} has no line")
    return line
