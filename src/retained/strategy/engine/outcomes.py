"""What the draws of a case say: value, chance, payback, and what matters most.

In   a simulation
Out  figures for one option against the baseline, as numbers in the case's currency
Why  docs/methods/business-case.md
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from retained.strategy.engine.formulas.tree import Array
from retained.strategy.engine.simulation import Simulation

WORST_SHARE = 0.05
_DECILE = 0.1
FAN = (0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95)


@dataclass(frozen=True, slots=True)
class Value:
    """The present value of a saving over all draws.

    `worst` is the mean of the worst 5 %; `chance` the share of draws that save; `error` the
    standard error of that share: so far may another seed lie.
    """

    mean: float
    p10: float
    p50: float
    p90: float
    worst: float
    chance: float
    error: float


@dataclass(frozen=True, slots=True)
class Payback:
    """After how many months the money is back for good: the median, and how many never see it."""

    median: int | None
    never: float


@dataclass(frozen=True, slots=True)
class Swing:
    """What a driver moves: its rank correlation, and the mean saving in its two outer tenths."""

    driver: str
    rank: float
    low: float
    high: float

    @property
    def width(self) -> float:
        """How far the mean saving moves between the two tenths."""
        return abs(self.high - self.low)


def value_of(saving: Array) -> Value:
    """Return the figures of a saving by draw."""
    p10, p50, p90 = (float(found) for found in np.quantile(saving, (0.1, 0.5, 0.9)))
    worst = max(int(np.ceil(len(saving) * WORST_SHARE)), 1)
    chance = float(np.mean(saving > 0))
    return Value(
        mean=float(saving.mean()),
        p10=p10,
        p50=p50,
        p90=p90,
        worst=float(np.partition(saving, worst - 1)[:worst].mean()),
        chance=chance,
        error=float(np.sqrt(chance * (1 - chance) / len(saving))),
    )


def payback_months(saving_by_month: Array) -> Array:
    """Return by draw the first month from which on the sum of savings stays at or above nothing.

    The first column is the start of the term, month 0. Infinite where the term ends below nothing.
    """
    below = np.cumsum(saving_by_month, axis=1) < 0
    last_below = below.shape[1] - 1 - np.argmax(below[:, ::-1], axis=1)
    found = np.where(below.any(axis=1), last_below + 1.0, 0.0)
    return np.where(below[:, -1], np.inf, found)


def payback_of(saving_by_month: Array) -> Payback:
    """Return when the money is back."""
    months = payback_months(saving_by_month)
    never = float(np.mean(np.isinf(months)))
    median = float(np.quantile(months, 0.5, method="inverted_cdf"))
    return Payback(None if np.isinf(median) else int(median), never)


def fan_of(saving_by_month: Array, shares: Sequence[float] = FAN) -> Array:
    """Return quantiles of the sum of savings up to each month: (shares, months)."""
    found: Array = np.quantile(np.cumsum(saving_by_month, axis=1), shares, axis=0)
    return found


def what_matters(simulation: Simulation, option: str) -> list[Swing]:
    """Return what each driver drawn once moves, the widest swing first."""
    saving = simulation.saving(option)
    ranked = _ranks(saving)
    found = [
        _swing(name, np.asarray(share, dtype=np.float64), saving, ranked)
        for name, share in simulation.shares.items()
    ]
    return sorted(found, key=lambda one: (-one.width, one.driver))


def _swing(name: str, share: Array, saving: Array, ranked: Array) -> Swing:
    low, high = saving[share < _DECILE], saving[share >= 1 - _DECILE]
    return Swing(
        name,
        rank=_correlation(_ranks(share), ranked),
        low=float(low.mean()) if len(low) else float(saving.mean()),
        high=float(high.mean()) if len(high) else float(saving.mean()),
    )


def _ranks(values: Array) -> Array:
    found = np.empty(len(values))
    found[np.argsort(values, kind="stable")] = np.arange(len(values))
    return found


def _correlation(first: Array, second: Array) -> float:
    if len(first) < 2:
        return 0.0
    return float(np.corrcoef(first, second)[0, 1])
