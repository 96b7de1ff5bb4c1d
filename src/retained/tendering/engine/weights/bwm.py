"""Best-worst method: weights from 2n - 3 comparisons with the best and the worst criterion.

In   how many times as important the best is as each, and each as the worst (1 to 9)
Out  weights, the intervals in which the comparisons leave them, and how consistent they are
Why  docs/methods/weights.md
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog

from retained.shared.errors import DomainError

Array = NDArray[np.float64]
_WIDEST = 9.0  # no ratio of weights can be further from its judgement
_STEPS = 40  # halvings: 9 / 2**40 is less than what the solver lets pass
_SLACK = 1e-6  # on the deviation, so that what the solver called feasible stays so for every aim


@dataclass(frozen=True, slots=True)
class BwmWeights:
    """Weights and their intervals; `deviation` is the least largest deviation, xi."""

    weights: dict[str, float]
    intervals: dict[str, tuple[float, float]]
    deviation: float
    input_ratio: float


@dataclass(frozen=True, slots=True)
class Comparisons:
    """The judgements: the best beside each, and each beside the worst."""

    best_to_others: Mapping[str, float]
    others_to_worst: Mapping[str, float]

    @property
    def names(self) -> tuple[str, ...]:
        """The criteria in the order of the first judgements."""
        return tuple(self.best_to_others)

    @property
    def best(self) -> str:
        """The criterion that is as important as the best."""
        return min(self.best_to_others, key=lambda name: self.best_to_others[name])

    @property
    def worst(self) -> str:
        """The criterion that is as important as the worst."""
        return min(self.others_to_worst, key=lambda name: self.others_to_worst[name])


def best_worst(comparisons: Comparisons, *, linear: bool = True) -> BwmWeights:
    """Return the weights of the linear (Rezaei 2016) or the non-linear model (Rezaei 2015).

    Of several solutions of the non-linear model the middle of their intervals counts. Raises
    DomainError.
    """
    _must_be_whole(comparisons)
    return _linear(comparisons) if linear else _non_linear(comparisons)


def input_ratio(comparisons: Comparisons) -> float:
    """Return the input-based consistency ratio, 0 for judgements that agree (Liang et al. 2020).

    max over j of |a_Bj a_jW - a_BW| / (a_BW^2 - a_BW).
    """
    whole = comparisons.best_to_others[comparisons.worst]
    if whole == 1:
        return 0.0
    return max(
        abs(first * comparisons.others_to_worst[name] - whole) / (whole**2 - whole)
        for name, first in comparisons.best_to_others.items()
    )


def _must_be_whole(one: Comparisons) -> None:
    judged = [*one.best_to_others.values(), *one.others_to_worst.values()]
    if not judged or set(one.best_to_others) != set(one.others_to_worst):
        raise DomainError("Compare every criterion both with the best and with the worst.")
    if not all(1 <= times <= 9 for times in judged):
        raise DomainError("A comparison lies between 1 (as important) and 9 (far more).")
    if one.best_to_others[one.best] != 1 or one.others_to_worst[one.worst] != 1:
        raise DomainError("Beside itself, the best and the worst criterion has 1.")


def _differences(one: Comparisons) -> tuple[Array, Array]:
    """Return rows d with d w the deviations, and rows s with s w what divides them."""
    size, names = len(one.names), one.names
    best, worst = names.index(one.best), names.index(one.worst)
    rows, scales = [], []
    for number, name in enumerate(names):
        for left, right, times in (
            (best, number, one.best_to_others[name]),
            (number, worst, one.others_to_worst[name]),
        ):
            row, scale = np.zeros(size), np.zeros(size)
            row[left] += 1
            row[right] -= times
            scale[right] = 1
            rows.append(row)
            scales.append(scale)
    return np.array(rows), np.array(scales)


def _linear(one: Comparisons) -> BwmWeights:
    rows, _ = _differences(one)
    size = len(one.names)
    bounded = np.column_stack([np.vstack([rows, -rows]), -np.ones(2 * len(rows))])
    total = np.append(np.ones(size), 0.0)[None, :]
    found = linprog(np.append(np.zeros(size), 1.0), bounded, np.zeros(2 * len(rows)), total, [1.0])
    weights = dict(zip(one.names, map(float, found.x[:-1]), strict=True))
    intervals = {name: (weight, weight) for name, weight in weights.items()}
    return BwmWeights(weights, intervals, float(found.x[-1]), input_ratio(one))


def _non_linear(one: Comparisons) -> BwmWeights:
    """Halve the deviation: for one that is given, the model is linear in the weights."""
    low, high = 0.0, _WIDEST
    for _ in range(_STEPS):
        middle = (low + high) / 2
        if _extreme(one, middle, np.zeros(len(one.names))) is None:
            low = middle
        else:
            high = middle
    intervals = {}
    for number, name in enumerate(one.names):
        aim = np.zeros(len(one.names))
        aim[number] = 1.0
        least, most = _extreme(one, high + _SLACK, aim), _extreme(one, high + _SLACK, -aim)
        if least is None or most is None:
            raise ArithmeticError("a deviation that was feasible is no longer")
        intervals[name] = float(least[number]), float(most[number])
    middles = {name: (low + high) / 2 for name, (low, high) in intervals.items()}
    total = sum(middles.values())
    weights = {name: middle / total for name, middle in middles.items()}
    return BwmWeights(weights, intervals, high, input_ratio(one))


def _extreme(one: Comparisons, deviation: float, aim: Array) -> Array | None:
    """Return the weights that make `aim` least within a deviation; None where there are none."""
    rows, scales = _differences(one)
    bounded = np.vstack([rows - deviation * scales, -rows - deviation * scales])
    size = len(one.names)
    found = linprog(aim, bounded, np.zeros(len(bounded)), np.ones((1, size)), [1.0])
    return np.asarray(found.x) if found.status == 0 else None
