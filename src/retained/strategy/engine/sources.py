"""Where the values of a driver come from: a distribution, a path over months, a formula.

In   streams of numbers between 0 and 1, and the drivers worked out before
Out  values by draw and month, and what they are on the mean
Why  docs/methods/assumptions.md
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from scipy.special import ndtri

from retained.strategy.engine.counts import poisson_quantile
from retained.strategy.engine.distributions import Distribution, Fixed
from retained.strategy.engine.formulas.tree import Array, Formula, Term, Values

# One month is an accident, such as a holiday, and a year ago is another time.
_RECENT_MONTHS = 3


class Draw(Protocol):
    """What a source may ask for while a chunk of draws is made."""

    @property
    def term(self) -> Term:
        """The months of the case."""
        ...

    @property
    def values(self) -> Values:
        """The drivers worked out before this one."""
        ...

    def share(self) -> Array:
        """Return the driver's own numbers between 0 and 1, one for each draw, correlated."""
        ...

    def shares_by_month(self) -> Array:
        """Return its own numbers between 0 and 1, for each draw and month."""
        ...


class _Alone:
    """A source that needs no other driver."""

    __slots__ = ()

    @property
    def needs(self) -> frozenset[str]:
        """No other driver."""
        return frozenset()


@dataclass(frozen=True, slots=True)
class Once(_Alone):
    """A distribution that is drawn once for the whole term, or one value for sure."""

    distribution: Distribution

    @property
    def is_sure(self) -> bool:
        """Whether there is nothing to draw."""
        return isinstance(self.distribution, Fixed)

    def drawn(self, draw: Draw) -> Array:
        """Return one value for each draw."""
        if self.is_sure:
            return self.mean({}, draw.term)
        return self.distribution.quantile(draw.share())

    def mean(self, values: Values, term: Term) -> Array:
        """Return the expected value."""
        del values, term
        return np.full((1, 1), self.distribution.mean)

    def faults(self) -> list[str]:
        """Return what the distribution says of itself."""
        return self.distribution.faults()


@dataclass(frozen=True, slots=True)
class EachMonth(_Alone):
    """A distribution that is drawn anew in each month."""

    distribution: Distribution

    def drawn(self, draw: Draw) -> Array:
        """Return a value for each draw and month."""
        return self.distribution.quantile(draw.shares_by_month())

    def mean(self, values: Values, term: Term) -> Array:
        """Return the expected value."""
        del values, term
        return np.full((1, 1), self.distribution.mean)

    def faults(self) -> list[str]:
        """Return what the distribution says of itself."""
        return self.distribution.faults()


@dataclass(frozen=True, slots=True)
class Walk(_Alone):
    """A path such as an exchange rate: a random walk of its logarithm from month to month.

    `drift` and `volatility` are of a year; the expected value grows by the drift alone.
    """

    start: float
    drift: float
    volatility: float

    def drawn(self, draw: Draw) -> Array:
        """Return a path over the months for each draw."""
        step = self.volatility / np.sqrt(12)
        # Without the second term, chance alone would make the expected value grow.
        trend = draw.term.month * (np.log1p(self.drift) / 12 - step**2 / 2)
        shocks = np.cumsum(np.asarray(ndtri(draw.shares_by_month())), axis=1)
        path: Array = self.start * np.exp(trend + step * shocks)
        return path

    def mean(self, values: Values, term: Term) -> Array:
        """Return the expected path."""
        del values
        return self.start * (1 + self.drift) ** (term.month / 12)

    def faults(self) -> list[str]:
        """Return why these are no path."""
        found = [] if self.start > 0 else ["The start of a walk must be above 0."]
        found += [] if self.drift > -1 else ["A drift must be above -100 %."]
        return found + ([] if self.volatility >= 0 else ["A volatility must be 0 or more."])


@dataclass(frozen=True, slots=True)
class Event(_Alone):
    """Something that happens once at most: 1 in the month in which it does.

    `chance` is its probability within a year, from the month `first` on, as long as it has not
    happened: alike in each month.
    """

    chance: float
    first: int = 1

    def drawn(self, draw: Draw) -> Array:
        """Return 1 in the month of the event, 0 in all others."""
        share = draw.share()
        began, ended = self._by(draw.term, -1), self._by(draw.term, 0)
        return ((share >= began) & (share < ended)).astype(np.float64)

    def mean(self, values: Values, term: Term) -> Array:
        """Return its chance in each month."""
        del values
        return self._by(term, 0) - self._by(term, -1)

    def told(self, values: Sequence[float | None]) -> "Event":
        """Return the event as it stands once figures of months are known: 1 where it happened.

        A 0 says that it had not happened by the end of that month. Its chance is alike in each
        month, so what is ahead is drawn as if it could begin only then.
        """
        known = [month for month, value in enumerate(values, 1) if value is not None]
        happened = [month for month in known if values[month - 1]]
        if happened:
            return Event(1.0, happened[0])
        return Event(self.chance, max([self.first, *(month + 1 for month in known[-1:])]))

    def _by(self, term: Term, shift: int) -> Array:
        """Return how likely it has happened by the end of each month, or of the one before."""
        waited = np.maximum(term.month + shift - self.first + 1, 0)
        return 1 - (1 - self.chance) ** (waited / 12)

    def faults(self) -> list[str]:
        """Return why this is no event."""
        found = [] if 0 <= self.chance <= 1 else ["The chance of an event lies between 0 and 1."]
        return found + ([] if self.first >= 1 else ["An event begins in month 1 or later."])


@dataclass(frozen=True, slots=True)
class Count:
    """A number of things in each month, such as people who leave: Poisson, around a formula."""

    around: Formula

    @property
    def needs(self) -> frozenset[str]:
        """The drivers that its formula names."""
        return self.around.names

    def drawn(self, draw: Draw) -> Array:
        """Return a whole number for each draw and month, by the inverse of its distribution."""
        return poisson_quantile(draw.shares_by_month(), self.mean(draw.values, draw.term))

    def mean(self, values: Values, term: Term) -> Array:
        """Return what its formula gives; below nothing there is nothing to count."""
        return np.maximum(self.around.compute(values, term), 0)

    def faults(self) -> list[str]:
        """Return nothing: what the formula gives is looked at when it is computed."""
        return []


@dataclass(frozen=True, slots=True)
class Worked:
    """Worked out from other drivers."""

    formula: Formula

    @property
    def needs(self) -> frozenset[str]:
        """The drivers that its formula names."""
        return self.formula.names

    def drawn(self, draw: Draw) -> Array:
        """Return what the formula gives in each draw."""
        return self.formula.compute(draw.values, draw.term)

    def mean(self, values: Values, term: Term) -> Array:
        """Return what the formula gives where all others are at their mean."""
        return self.formula.compute(values, term)

    def faults(self) -> list[str]:
        """Return nothing: what the formula gives is looked at when it is computed."""
        return []


@dataclass(frozen=True, slots=True)
class CameTrue:
    """A source whose first months are known: `values` by month, None where nobody knows.

    The draws are those of `assumed`, so that a known month changes nothing but itself and what
    follows from it. Ahead of the last known month, what lasts goes on from the level that it has
    come to; what is drawn anew each month stays as it was assumed.
    """

    assumed: Once | EachMonth | Walk | Count | Worked
    values: tuple[float | None, ...]

    @property
    def needs(self) -> frozenset[str]:
        """What was needed to assume it."""
        return self.assumed.needs

    def drawn(self, draw: Draw) -> Array:
        """Return the known months in every draw, and the draw's own way on from there."""
        return self._continued(self.assumed.drawn(draw), draw.term)

    def mean(self, values: Values, term: Term) -> Array:
        """Return the known months, and the expected way on from there."""
        return self._continued(self.assumed.mean(values, term), term)

    def faults(self) -> list[str]:
        """Return what the assumption says of itself."""
        return self.assumed.faults()

    def held(self, value: Array, term: Term) -> Array:
        """Return the known months, and the way on of an assumption that is held at a value."""
        return self._continued(value, term)

    def _continued(self, assumed: Array, term: Term) -> Array:
        path = np.array(np.broadcast_to(assumed, (assumed.shape[0], term.months)))
        known = [place for place, value in enumerate(self.values) if value is not None]
        if known and not isinstance(self.assumed, EachMonth | Count):
            self._shift(path, known)
        for place in known:
            path[:, place] = self.values[place]
        return path

    def _shift(self, path: Array, known: list[int]) -> None:
        """Bring what is ahead to the level of the last known months, in place."""
        recent = known[-1:] if isinstance(self.assumed, Walk) else known[-_RECENT_MONTHS:]
        level = sum(self.values[place] or 0.0 for place in recent) / len(recent)
        own = path[:, recent].mean(axis=1, keepdims=True)
        ahead = path[:, known[-1] + 1 :]
        with np.errstate(all="ignore"):
            ahead[:] = np.where(own != 0, ahead / own * level, level)


Source = Once | EachMonth | Walk | Event | Count | Worked | CameTrue


@dataclass(frozen=True, slots=True)
class Driver:
    """A name that formulas use, and where its values come from."""

    id: str
    source: Source
    counts_people: bool = False  # and cannot be below nothing

    @property
    def is_drawn_once(self) -> bool:
        """Whether one number between 0 and 1 for each draw says all that is drawn of it."""
        source = self.source.assumed if isinstance(self.source, CameTrue) else self.source
        return isinstance(source, Event) or (isinstance(source, Once) and not source.is_sure)

    def held(self, value: float, term: Term) -> Array:
        """Return a value for every draw; months that came true stay what they were."""
        found = np.full((1, 1), value)
        return self.source.held(found, term) if isinstance(self.source, CameTrue) else found
