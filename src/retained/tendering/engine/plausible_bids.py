"""Plausible bids before any is there: many sets of marks and prices, from one seed.

In   an evaluation model, and what is expected of the bids
Out  sets of the same number of bids, with marks and amounts by set, bid and criterion
Why  docs/methods/design-check.md
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from retained.shared.errors import DomainError
from retained.strategy.engine.distributions import Triangular
from retained.strategy.engine.streams import stream_of
from retained.tendering.engine.evaluation import Criterion, Evaluation
from retained.tendering.engine.price_formulas import Price, PriceFormula
from retained.tendering.engine.value_functions import ValueFunction

Array = NDArray[np.float64]
MOST_SETS = 200_000  # all are held at once


@dataclass(frozen=True, slots=True)
class Expected:
    """What bids are expected to be like.

    `bids` is the least and most number of them; `marks` the low, likeliest and high mark as shares
    of a scale; `prices` the low and high amount (by default what the formula publishes); `dearer`
    how far good bids are dear: the correlation of each mark with the price.
    """

    bids: tuple[int, int] = (3, 6)
    marks: tuple[float, float, float] = (0.40, 0.70, 0.95)
    prices: tuple[float, float] | None = None
    dearer: float = 0.4

    def __post_init__(self) -> None:
        low, high = self.bids
        if not 2 <= low <= high <= 50:
            raise DomainError("Between 2 and 50 bids are expected, the fewer first.")
        if not 0 <= self.marks[0] <= self.marks[1] <= self.marks[2] <= 1 or (
            self.marks[0] == self.marks[2]
        ):
            raise DomainError("Expected marks are shares of a scale: low, likeliest and high.")
        if self.prices is not None and not 0 < self.prices[0] < self.prices[1]:
            raise DomainError("Expected prices are two amounts above nothing, the lower first.")
        if not 0 <= self.dearer < 1:
            raise DomainError("How far good bids are dear lies between 0 and 1.")


def plausible_sets(
    evaluation: Evaluation, expected: Expected, *, sets: int, seed: int
) -> Iterator[Array]:
    """Yield marks by set, bid and criterion, one array for each number of bids.

    Marks are whole hundredths of their scale, as panels give them; bids differ by chance alone.
    Raises DomainError for too many sets, and for prices that nobody says.
    """
    if sets > MOST_SETS:
        raise DomainError(
            f"{sets:,} sets are too many: {MOST_SETS:,} at most, and 5,000 are plenty."
        )
    low, high = expected.bids
    sizes = np.arange(low, high + 1)
    shares = np.full(len(sizes), sets // len(sizes))
    shares[: sets % len(sizes)] += 1
    for size, count in zip(sizes, shares, strict=True):
        if count:
            yield _sets(evaluation, expected, (int(count), int(size)), seed)


def _sets(evaluation: Evaluation, expected: Expected, shape: tuple[int, int], seed: int) -> Array:
    # A dear bid is a good one in part: marks share the price's normal score.
    common = stream_of(seed, f"price/{shape[1]}").standard_normal(shape)
    columns = []
    for criterion in evaluation.criteria:
        if criterion.is_price:
            columns.append(_amounts(criterion, expected, ndtr(common)))
            continue
        own = stream_of(seed, f"{criterion.id}/{shape[1]}").standard_normal(shape)
        score = expected.dearer * common + np.sqrt(1 - expected.dearer**2) * own
        columns.append(_marks(criterion, expected, ndtr(score)))
    return np.stack(columns, axis=2)


def _marks(criterion: Criterion, expected: Expected, chance: Array) -> Array:
    worth = criterion.worth
    if not isinstance(worth, ValueFunction):
        raise TypeError("only scales are scored")
    shares = np.round(Triangular(*expected.marks).quantile(chance), 2)
    low, span = float(worth.marks[0]), float(worth.span)
    return np.asarray(low + span * (shares if worth.rises else 1 - shares))


def _amounts(criterion: Criterion, expected: Expected, chance: Array) -> Array:
    low, high = expected.prices or _published(criterion)
    return np.asarray(low + (high - low) * chance)


def _published(criterion: Criterion) -> tuple[float, float]:
    price = criterion.worth
    if isinstance(price, Price) and price.line is not None:
        return float(price.line.marks[0]), float(price.line.marks[-1])
    if isinstance(price, Price) and price.formula is PriceFormula.REFERENCE:
        return float(price.reference * Fraction(4, 5)), float(price.reference * Fraction(3, 2))
    raise DomainError(
        f"“{criterion.title}” publishes no amounts: say between which prices bids are expected."
    )
