"""The table that every second opinion is asked about, and ranks from scores.

In   marks by bid and criterion, weights, and for each criterion whether more is better
Out  one checked value; ranks where the best is 1 and equal scores share a rank
Why  docs/methods/second-opinions.md
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]
Ranks = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Table:
    """Marks (bids down, criteria across), weights that add up to 1, and 1 or -1 by criterion."""

    marks: Array
    weights: Array
    senses: Array

    @classmethod
    def of(cls, marks: ArrayLike, weights: ArrayLike, senses: ArrayLike | None = None) -> "Table":
        """Return the table; weights are divided by their sum, and more is better if not said."""
        table = np.asarray(marks, dtype=np.float64)
        shares = np.asarray(weights, dtype=np.float64)
        ways = np.ones(len(shares)) if senses is None else np.asarray(senses, dtype=np.float64)
        if table.ndim != 2 or table.shape[1:] != shares.shape or shares.shape != ways.shape:
            raise ValueError("a table has as many columns as weights and senses")
        if not np.isfinite(table).all() or (shares < 0).any() or shares.sum() <= 0:
            raise ValueError("marks are numbers, weights are not negative, and some are not 0")
        return cls(table, shares / shares.sum(), ways)

    @property
    def towards_more(self) -> Array:
        """The marks turned so that more is better everywhere."""
        return np.asarray(self.marks * self.senses)


def ranks_of(scores: Array, *, digits: int = 12) -> Ranks:
    """Return ranks where the highest score is 1; scores that agree to `digits` share a rank."""
    rounded = np.round(scores, digits)
    return np.asarray(1 + (rounded[None, :] > rounded[:, None]).sum(axis=1))


def ratio(part: Array, whole: Array) -> Array:
    """Return part over whole, and 0 where the whole is 0 (a column in which all are equal)."""
    return np.asarray(np.divide(part, whole, out=np.zeros_like(part), where=whole != 0))
