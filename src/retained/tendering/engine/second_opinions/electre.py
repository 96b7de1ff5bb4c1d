"""ELECTRE III: who outranks whom, unless a veto forbids it, distilled from above and from below.

In   a table, and for each criterion indifference, preference and veto thresholds
Out  credibilities, and two orders whose agreement is a partial order
Why  docs/methods/second-opinions.md

Source: Roy (1978); distillation as in Figueira, Mousseau and Roy (2005).
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from retained.tendering.engine.second_opinions.tables import Array, Ranks, Table


@dataclass(frozen=True, slots=True)
class Thresholds:
    """By criterion: `q` does not count, `p` is a preference, beyond `v` no other merit helps.

    0 <= q < p < v; a veto that never comes is infinite.
    """

    q: Array
    p: Array
    v: Array

    def __post_init__(self) -> None:
        if (self.q < 0).any() or (self.p <= self.q).any() or (self.v <= self.p).any():
            raise ValueError("on every criterion 0 <= q < p < v")


@dataclass(frozen=True, slots=True)
class Distilled:
    """Ranks from above and from below (1 is best), and the credibilities that they come from."""

    from_above: Ranks
    from_below: Ranks
    credibility: Array

    def before(self, one: int, other: int) -> bool | None:
        """Return whether one stands before the other; None where the two orders do not say so."""
        above = self.from_above[other] - self.from_above[one]
        below = self.from_below[other] - self.from_below[one]
        if above * below < 0 or (above == 0 and below == 0):
            return None
        return bool(above + below > 0)


def credibilities(table: Table, thresholds: Thresholds) -> Array:
    """Return how credible it is that a (down) is at least as good as b (across)."""
    marks = table.towards_more
    behind = marks[None, :, :] - marks[:, None, :]  # by how much b is ahead of a
    agree = np.clip((thresholds.p - behind) / (thresholds.p - thresholds.q), 0, 1)
    concordance = agree @ table.weights
    object_ = np.clip((behind - thresholds.p) / (thresholds.v - thresholds.p), 0, 1)
    whole = concordance[:, :, None]
    with np.errstate(divide="ignore", invalid="ignore"):
        cut = np.where(object_ > whole, (1 - object_) / (1 - whole), 1.0)
    return np.asarray(concordance * cut.prod(axis=2))


def distilled(table: Table, thresholds: Thresholds) -> Distilled:
    """Return both orders."""
    credibility = credibilities(table, thresholds)
    above, below = (_distil(credibility, worst_first=one) for one in (False, True))
    return Distilled(above, below.max() + 1 - below, credibility)


def _distil(credibility: Array, *, worst_first: bool) -> Ranks:
    """Return the step in which each bid was taken out."""
    left, steps = list(range(len(credibility))), np.zeros(len(credibility), dtype=np.int64)
    step = 0
    while left:
        step += 1
        taken = _one_distillate(credibility, left, worst_first=worst_first)
        steps[taken] = step
        left = [bid for bid in left if bid not in taken]
    return steps


def _one_distillate(credibility: Array, left: list[int], *, worst_first: bool) -> list[int]:
    """Return the best (or worst) of those that are left, at ever lower cuts until one stays."""
    level = _most(credibility, left, below=np.inf)
    while len(left) > 1 and level > 0:
        cut = _most(credibility, left, below=level - _threshold(level))
        standing = _standing(credibility, left, cut)
        end = min(standing) if worst_first else max(standing)
        left = [bid for bid, stands in zip(left, standing, strict=True) if stands == end]
        level = cut
    return left


def _most(credibility: Array, left: list[int], *, below: float) -> float:
    """Return the largest credibility between two of those left that is under a bound, else 0."""
    part = credibility[np.ix_(left, left)]
    pairs = part[~np.eye(len(left), dtype=bool)]
    under = pairs[pairs < below]
    return float(under.max()) if len(under) else 0.0


def _standing(credibility: Array, left: list[int], cut: float) -> list[int]:
    """Return how many each outranks at this cut, less how many outrank it."""
    part = credibility[np.ix_(left, left)]
    clearly = (part > cut) & (part - part.T > _threshold(part))
    np.fill_diagonal(clearly, val=False)
    return [int(one) for one in clearly.sum(axis=1) - clearly.sum(axis=0)]


def _threshold(credibility: Any) -> Any:
    """Return s = 0.30 - 0.15 x credibility: less than that apart is no difference."""
    return 0.30 - 0.15 * credibility
