"""Value functions: from a mark or an amount to a value between 0 and 1, on published cut points.

In   marks as exact fractions (a ranking that decides) or floats (many draws at once)
Out  their values, straight between the cut points and flat beyond the first and the last
Why  docs/methods/ranking.md
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]  # of float64, or of objects where each is a Fraction


def exact(numbers: Sequence[Any]) -> Array:
    """Return numbers as an array of fractions, which the formulas below compute without error."""
    return np.array([Fraction(one) for one in numbers], dtype=object)


def like(number: Fraction, marks: Array) -> Any:
    """Return a published number in the kind of number that `marks` are made of."""
    return number if marks.dtype == object else float(number)


@dataclass(frozen=True, slots=True)
class ValueFunction:
    """Values at marks that rise; a straight line between two of them, flat outside."""

    marks: tuple[Fraction, ...]
    values: tuple[Fraction, ...]

    @classmethod
    def linear(cls, worst: Fraction, best: Fraction) -> "ValueFunction":
        """Return the straight line from 0 at the worst to 1 at the best mark."""
        if best > worst:
            return cls((worst, best), (Fraction(0), Fraction(1)))
        return cls((best, worst), (Fraction(1), Fraction(0)))

    @property
    def rises(self) -> bool:
        """Whether more is better."""
        return self.values[-1] > self.values[0]

    @property
    def span(self) -> Fraction:
        """How far the first mark is from the last."""
        return self.marks[-1] - self.marks[0]

    def of(self, marks: Array) -> Array:
        """Return the value of each mark, in any shape."""
        found = np.zeros_like(marks) + like(self.values[0], marks)
        for (left, low), (right, high) in pairwise(zip(self.marks, self.values, strict=True)):
            slope = like((high - low) / (right - left), marks)
            part = np.maximum(marks - like(left, marks), like(Fraction(0), marks))
            found = found + slope * np.minimum(part, like(right - left, marks))
        return np.asarray(found)

    def mark_at(self, value: Fraction) -> Fraction | None:
        """Return the mark with this value (of several, the one nearest to the better end)."""
        found = [
            left + (value - low) / (high - low) * (right - left)
            for (left, low), (right, high) in pairwise(zip(self.marks, self.values, strict=True))
            if high != low and min(low, high) <= value <= max(low, high)
        ]
        return (max(found) if self.rises else min(found)) if found else None
