"""PROMETHEE II: by how much a bid is preferred to the others, less by how much they are to it.

In   a table, and for each criterion a preference function with its thresholds
Out  net flows from -1 to 1, the higher the better
Why  docs/methods/second-opinions.md

Source: Brans and Vincke (1985). The flow of a bid on one criterion is a sum over all others of a
function that is straight in parts, so it follows from sorted marks and their prefix sums: m log m
steps in place of m squared. Only the Gaussian function is summed pair by pair.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from retained.tendering.engine.second_opinions.tables import Array, Table

_BLOCK = 512  # bids whose differences to all others are at hand at once


class Shape(StrEnum):
    """The six preference functions, of a difference d above 0."""

    USUAL = "usual"  # 1
    U = "u"  # 1 beyond q
    V = "v"  # d / p, 1 beyond p
    LEVEL = "level"  # a half beyond q, 1 beyond p
    LINEAR = "linear"  # (d - q) / (p - q), from q to p
    GAUSSIAN = "gaussian"  # 1 - exp(-d^2 / (2 s^2))


@dataclass(frozen=True, slots=True)
class Preference:
    """A preference function: up to `q` none, from `p` on a whole one; `s` bends a Gaussian."""

    shape: Shape = Shape.USUAL
    q: float = 0.0
    p: float = 0.0
    s: float = 0.0

    def __post_init__(self) -> None:
        needs_p = self.shape in {Shape.V, Shape.LEVEL, Shape.LINEAR}
        if self.q < 0 or (needs_p and self.p <= self.q):
            raise ValueError("thresholds are not negative, and p is above q")
        if self.shape is Shape.GAUSSIAN and self.s <= 0:
            raise ValueError("a Gaussian preference has an s above 0")


def net_flows(table: Table, preferences: Sequence[Preference]) -> Array:
    """Return the net flow of each bid."""
    return np.asarray(criterion_flows(table, preferences) @ table.weights)


def criterion_flows(table: Table, preferences: Sequence[Preference]) -> Array:
    """Return the net flow of each bid on each criterion: weighed and added up, the net flow."""
    marks = table.towards_more
    if len(marks) < 2:
        return np.zeros_like(marks)
    flows = [_flows(column, one) for column, one in zip(marks.T, preferences, strict=True)]
    return np.column_stack(flows) / (len(marks) - 1)


def _flows(marks: Array, preference: Preference) -> Array:
    if preference.shape is Shape.GAUSSIAN:
        return _gaussian(marks, preference.s)
    order = np.argsort(marks, kind="stable")
    ordered = marks[order]
    q = 0.0 if preference.shape is Shape.V else preference.q
    if preference.shape is Shape.USUAL:
        found = _beyond(ordered, 0.0)
    elif preference.shape is Shape.U:
        found = _beyond(ordered, q)
    elif preference.shape is Shape.LEVEL:
        found = (_beyond(ordered, q) + _beyond(ordered, preference.p)) / 2
    else:
        found = _ramp(ordered, q, preference.p)
    flows = np.empty_like(marks)
    flows[order] = found
    return flows


def _beyond(ordered: Array, threshold: float) -> Array:
    """Return of sorted marks how many are lower by more than a threshold, less how many higher."""
    lower = np.searchsorted(ordered, ordered - threshold, side="left")
    higher = len(ordered) - np.searchsorted(ordered, ordered + threshold, side="right")
    return np.asarray(lower - higher, dtype=np.float64)


def _ramp(ordered: Array, q: float, p: float) -> Array:
    """Return the net sum of preferences that rise from 0 at q to 1 at p, for sorted marks."""
    sums = np.concatenate([[0.0], np.cumsum(ordered - ordered[0])])
    marks = ordered - ordered[0]
    whole, begun = (np.searchsorted(marks, marks - one, side="left") for one in (p, q))
    gained = whole + ((marks - q) * (begun - whole) - (sums[begun] - sums[whole])) / (p - q)
    begins, ends = (np.searchsorted(marks, marks + one, side="right") for one in (q, p))
    lost = (sums[ends] - sums[begins]) - (marks + q) * (ends - begins)
    return np.asarray(gained - (len(marks) - ends) - lost / (p - q))


def _gaussian(marks: Array, s: float) -> Array:
    found = np.empty_like(marks)
    for start in range(0, len(marks), _BLOCK):
        apart = marks[start : start + _BLOCK, None] - marks[None, :]
        preferred = np.sign(apart) * -np.expm1(-(apart**2) / (2 * s**2))
        found[start : start + _BLOCK] = preferred.sum(axis=1)
    return found
