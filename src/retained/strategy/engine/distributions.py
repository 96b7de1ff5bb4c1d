"""What an assumption may be: one value, or a distribution that is drawn from by its quantiles.

In   the parameters of a distribution, and numbers between 0 and 1
Out  values of the assumption, its mean, and every reason why the parameters are none
Why  docs/methods/assumptions.md

Everything is drawn by inverting the distribution, so that one stream of numbers between 0 and 1
gives the same draws whatever else a case holds, and correlations are those of the streams.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from scipy.special import betaincinv, ndtri

from retained.strategy.engine.formulas.tree import Array


class Distribution(Protocol):
    """What all distributions can say of themselves."""

    @property
    def mean(self) -> float:
        """The expected value."""
        ...

    def quantile(self, share: Array) -> Array:
        """Return the values that are not exceeded with these probabilities."""
        ...

    def faults(self) -> list[str]:
        """Return why the parameters are no distribution; nothing where they are one."""
        ...


@dataclass(frozen=True, slots=True)
class Fixed:
    """One value for sure."""

    value: float

    @property
    def mean(self) -> float:
        """The value."""
        return self.value

    def quantile(self, share: Array) -> Array:
        """Return the value, once for all."""
        del share
        return np.full((1, 1), self.value)

    def faults(self) -> list[str]:
        """Return a fault where the value is no number."""
        return _not_finite(self.value)


@dataclass(frozen=True, slots=True)
class Uniform:
    """Any value between two, each as likely."""

    low: float
    high: float

    @property
    def mean(self) -> float:
        """The middle."""
        return (self.low + self.high) / 2

    def quantile(self, share: Array) -> Array:
        """Return values by their probability."""
        return self.low + (self.high - self.low) * share

    def faults(self) -> list[str]:
        """Return a fault where the low end is above the high one."""
        return _not_finite(self.low, self.high) or _disordered(low=self.low, high=self.high)


@dataclass(frozen=True, slots=True)
class Triangular:
    """Between two ends, rising evenly to the likeliest value and falling from it."""

    low: float
    mode: float
    high: float

    @property
    def mean(self) -> float:
        """A third of the sum of its corners."""
        return (self.low + self.mode + self.high) / 3

    def quantile(self, share: Array) -> Array:
        """Return values by their probability."""
        width = self.high - self.low
        if width == 0:
            return np.full_like(share, self.low)
        bend = (self.mode - self.low) / width
        rising = self.low + np.sqrt(share * width * (self.mode - self.low))
        falling = self.high - np.sqrt((1 - share) * width * (self.high - self.mode))
        return np.where(share < bend, rising, falling)

    def faults(self) -> list[str]:
        """Return a fault where the corners are not in order."""
        return _not_finite(self.low, self.mode, self.high) or _disordered(
            low=self.low, mode=self.mode, high=self.high
        )


@dataclass(frozen=True, slots=True)
class Pert:
    """Between two ends, the likeliest value counting four times: a beta distribution."""

    low: float
    mode: float
    high: float

    @property
    def mean(self) -> float:
        """The weighted mean of its corners."""
        return (self.low + 4 * self.mode + self.high) / 6

    def quantile(self, share: Array) -> Array:
        """Return values by their probability."""
        width = self.high - self.low
        if width == 0:
            return np.full_like(share, self.low)
        rises = 1 + 4 * (self.mode - self.low) / width
        falls = 1 + 4 * (self.high - self.mode) / width
        return self.low + width * np.asarray(betaincinv(rises, falls, share))

    def faults(self) -> list[str]:
        """Return a fault where the corners are not in order."""
        return _not_finite(self.low, self.mode, self.high) or _disordered(
            low=self.low, mode=self.mode, high=self.high
        )


@dataclass(frozen=True, slots=True)
class Normal:
    """Around a mean, alike on both sides; `deviation` is the standard deviation."""

    mean: float
    deviation: float

    def quantile(self, share: Array) -> Array:
        """Return values by their probability."""
        return self.mean + self.deviation * np.asarray(ndtri(share))

    def faults(self) -> list[str]:
        """Return a fault where the deviation is below nothing."""
        return _not_finite(self.mean, self.deviation) or _below_nothing(self.deviation)


@dataclass(frozen=True, slots=True)
class Lognormal:
    """Never below nothing, with a long tail; mean and standard deviation of the value itself."""

    mean: float
    deviation: float

    def quantile(self, share: Array) -> Array:
        """Return values by their probability."""
        spread = math.log1p((self.deviation / self.mean) ** 2)
        middle = math.log(self.mean) - spread / 2
        return np.exp(middle + math.sqrt(spread) * np.asarray(ndtri(share)))

    def faults(self) -> list[str]:
        """Return a fault where the mean is not above nothing."""
        found = _not_finite(self.mean, self.deviation) or _below_nothing(self.deviation)
        if self.mean <= 0:
            found.append("The mean of a lognormal distribution must be above 0.")
        return found


@dataclass(frozen=True, slots=True)
class Discrete:
    """A few values, each with its probability."""

    values: tuple[float, ...]
    chances: tuple[float, ...]

    @property
    def mean(self) -> float:
        """The values weighted by their probabilities."""
        return math.fsum(map(math.prod, zip(self.values, self.chances, strict=True)))

    def quantile(self, share: Array) -> Array:
        """Return values by their probability, the values taken in their order of size."""
        order = np.argsort(self.values)
        reached = np.cumsum(np.asarray(self.chances)[order])
        places = np.minimum(np.searchsorted(reached, share, side="right"), len(order) - 1)
        found: Array = np.asarray(self.values, dtype=np.float64)[order][places]
        return found

    def faults(self) -> list[str]:
        """Return a fault where the probabilities do not make up one."""
        if not self.values or len(self.values) != len(self.chances):
            return ["Give each value its probability."]
        found = _not_finite(*self.values, *self.chances)
        if not found and (min(self.chances) < 0 or abs(math.fsum(self.chances) - 1) > 1e-9):
            found.append(
                f"The probabilities add up to {math.fsum(self.chances):.4g}: they must be 0 or "
                "more, and make up 1 together."
            )
        return found


@dataclass(frozen=True, slots=True)
class Empirical:
    """What was seen, each value as likely as it was: the middle of a history is its median."""

    values: tuple[float, ...]

    @property
    def mean(self) -> float:
        """The mean of what was seen."""
        return math.fsum(self.values) / len(self.values)

    def quantile(self, share: Array) -> Array:
        """Return values that were seen, by their probability; none is made up between two."""
        seen: Array = np.sort(np.asarray(self.values, dtype=np.float64))
        places = np.minimum((share * len(seen)).astype(np.int64), len(seen) - 1)
        found: Array = seen[places]
        return found

    def faults(self) -> list[str]:
        """Return a fault where nothing was seen."""
        return _not_finite(*self.values) if self.values else ["Give at least one value."]


def _not_finite(*values: float) -> list[str]:
    return [] if all(map(math.isfinite, values)) else ["Every parameter must be a finite number."]


def _below_nothing(deviation: float) -> list[str]:
    return ["The standard deviation must be 0 or more."] if deviation < 0 else []


def _disordered(**corners: float) -> list[str]:
    names, values = list(corners), list(corners.values())
    return [
        f"{first} ({one:g}) is above {second} ({other:g}): write them in order."
        for first, second, one, other in _neighbours(names, values)
        if one > other
    ]


def _neighbours(
    names: Sequence[str], values: Sequence[float]
) -> list[tuple[str, str, float, float]]:
    return list(zip(names, names[1:], values, values[1:], strict=False))
