"""Price formulas by name: what an amount is worth, from 1 for the best to 0.

In   the amounts of the bids that passed every gate, last axis first to last bidder
Out  the value of each; exact where the amounts are fractions
Why  docs/methods/ranking.md#price-formulas

A formula is absolute if a bid's value follows from its own amount and published figures alone. A
relative one asks for the other amounts, so a bid that cannot win can decide who does.
"""

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

import numpy as np

from retained.tendering.engine.value_functions import Array, ValueFunction, like


class PriceFormula(StrEnum):
    """The published list."""

    LINEAR = "linear"  # straight between two published amounts
    POINTS = "points"  # straight between published points
    REFERENCE = "reference_over_price"  # a published amount over the price, at most 1
    MONEY = "quality_in_money"  # one point of the total is worth a published amount
    LOWEST = "lowest_over_price"
    RANGE = "between_lowest_and_highest"
    TWICE = "up_to_twice_the_lowest"


RELATIVE = frozenset({PriceFormula.LOWEST, PriceFormula.RANGE, PriceFormula.TWICE})


@dataclass(frozen=True, slots=True)
class Price:
    """A price formula with its published figures.

    `line` is asked for by LINEAR, POINTS and MONEY (there it goes on beyond its ends), `reference`
    by REFERENCE.
    """

    formula: PriceFormula
    line: ValueFunction | None = None
    reference: Fraction = Fraction(0)

    @property
    def is_relative(self) -> bool:
        """Whether a bid's value depends on the other bids."""
        return self.formula in RELATIVE

    def of(self, amounts: Array) -> Array:
        """Return the value of each amount; the last axis holds the bids of one set."""
        if self.formula is PriceFormula.MONEY:
            return self._beyond(amounts)
        if self.line is not None:
            return self.line.of(amounts)
        one, none = like(Fraction(1), amounts), like(Fraction(0), amounts)
        if self.formula is PriceFormula.REFERENCE:
            return np.asarray(np.minimum(like(self.reference, amounts) / amounts, one))
        low = amounts.min(axis=-1, keepdims=True)
        if self.formula is PriceFormula.LOWEST:
            return np.asarray(low / amounts)
        if self.formula is PriceFormula.TWICE:
            return np.asarray(np.maximum(2 * one - amounts / low, none))
        spread = amounts.max(axis=-1, keepdims=True) - low
        return np.asarray(one - (amounts - low) / np.where(spread == 0, one, spread))

    def _beyond(self, amounts: Array) -> Array:
        """Return values on a line that goes on beyond 0 and 1, so that every euro counts alike."""
        if self.line is None:
            raise ValueError("this formula has a line")
        best, worst = (like(mark, amounts) for mark in self.line.marks)
        return np.asarray((worst - amounts) / (worst - best))
