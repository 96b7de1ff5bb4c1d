"""VIKOR: a compromise between the sum of all regrets and the largest single one.

In   a table, perhaps with the best and worst of each criterion, and the weight of the sum
Out  Q from 0 to 1, the lower the better, with S (the sum) and R (the largest)
Why  docs/methods/second-opinions.md

Source: Opricovic and Tzeng (2004).
"""

from dataclasses import dataclass

import numpy as np

from retained.tendering.engine.second_opinions.tables import Array, Table, ratio


@dataclass(frozen=True, slots=True)
class Compromise:
    """Q, and the two that it is made of; of all three less is better."""

    q: Array
    s: Array
    r: Array


def compromise(
    table: Table, *, ends: tuple[Array, Array] | None = None, sum_share: float = 0.5
) -> Compromise:
    """Return Q = v (S - S*) / (S- - S*) + (1 - v) (R - R*) / (R- - R*).

    `ends` are the worst and best mark of each criterion; without them those of the bids count.
    """
    marks = table.towards_more
    worst, best = (
        (marks.min(axis=0), marks.max(axis=0))
        if ends is None
        else (ends[0] * table.senses, ends[1] * table.senses)
    )
    regrets = table.weights * ratio(best - marks, np.broadcast_to(best - worst, marks.shape))
    s, r = regrets.sum(axis=1), regrets.max(axis=1)
    q = sum_share * _within(s) + (1 - sum_share) * _within(r)
    return Compromise(q, s, r)


def _within(values: Array) -> Array:
    """Return values from 0 for the least to 1 for the most; 0 where all are equal."""
    spread = np.full_like(values, np.ptp(values))
    return ratio(values - values.min(), spread)
