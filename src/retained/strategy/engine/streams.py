"""Streams: the chance of a case, one stream for each driver, and how they go together.

In   drivers, correlations and a seed
Out  chunks of draws; another driver, order or size of the chunks changes no value of any other
Why  docs/methods/assumptions.md
"""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from graphlib import CycleError, TopologicalSorter

import numpy as np
from scipy.special import ndtr, ndtri

from retained.shared.errors import DomainError
from retained.strategy.engine.formulas.tree import Array, Term
from retained.strategy.engine.sources import Driver

_LEAST_SHARE = 2.0**-54  # a stream may give 0, and no quantile is asked for there


@dataclass(frozen=True, slots=True)
class Correlation:
    """How two drivers go together: the rank correlation of a Gaussian copula, from -1 to 1."""

    first: str
    second: str
    strength: float


@dataclass(frozen=True, slots=True)
class Mixing:
    """The correlated drivers by name, and the matrix that mixes their streams."""

    ids: tuple[str, ...] = ()
    matrix: Array | None = None


def in_order(drivers: Sequence[Driver]) -> list[Driver]:
    """Return the drivers so that each comes after those that it needs.

    Raises DomainError where some need one another in a ring.
    """
    by_id = {driver.id: driver for driver in drivers}
    needs = {driver.id: driver.source.needs for driver in drivers}
    ring = ring_of(needs)
    if ring:
        raise DomainError(ring_sentence(ring))
    return [by_id[key] for key in TopologicalSorter(_sorted(needs)).static_order()]


def ring_of(needs: Mapping[str, Collection[str]]) -> list[str]:
    """Return names that need one another in a ring, the first again at the end; none if none do."""
    try:
        TopologicalSorter(_sorted(needs)).prepare()
    except CycleError as error:
        return list(reversed(error.args[1]))
    return []


def ring_sentence(ring: Sequence[str]) -> str:
    """Return what is wrong with a ring, in words."""
    return (
        f"These drivers need one another in a ring: {' needs '.join(ring)}. Let one of them stand "
        "on its own."
    )


def _sorted(needs: Mapping[str, Collection[str]]) -> dict[str, list[str]]:
    """Return what each name needs of the others, in an order that depends on names alone."""
    return {key: sorted(needs.keys() & set(needs[key])) for key in sorted(needs)}


def mixing(drivers: Sequence[Driver], correlations: Sequence[Correlation]) -> Mixing:
    """Return how streams are mixed so that they correlate; raises DomainError.

    A rank correlation r of the values is 2 sin(pi r / 6) of their normal scores (Pearson 1907).
    """
    known = {driver.id for driver in drivers if driver.is_drawn_once}
    for one in correlations:
        _must_be_possible(one, known)
    ids = tuple(sorted({name for one in correlations for name in (one.first, one.second)}))
    if not ids:
        return Mixing()
    place = {name: number for number, name in enumerate(ids)}
    wanted = np.eye(len(ids))
    for one in correlations:
        score = 2 * np.sin(np.pi * one.strength / 6)
        wanted[place[one.first], place[one.second]] = score
        wanted[place[one.second], place[one.first]] = score
    try:
        return Mixing(ids, np.asarray(np.linalg.cholesky(wanted), dtype=np.float64))
    except np.linalg.LinAlgError:
        raise DomainError(
            f"The correlations of {', '.join(ids)} cannot all be true at once: two things that go "
            "with a third cannot go against each other. Make some of them weaker."
        ) from None


def _must_be_possible(one: Correlation, known: set[str]) -> None:
    for name in (one.first, one.second):
        if name not in known:
            raise DomainError(
                f"“{name}” cannot be correlated: only drivers with a distribution that is drawn "
                "once can."
            )
    if one.first == one.second or not -1 < one.strength < 1:
        raise DomainError(
            f"The correlation of {one.first} and {one.second} must join two drivers and lie "
            "between -1 and 1."
        )


@dataclass
class Chunk:
    """Some draws of every driver: their values, and the shares of those drawn once."""

    values: dict[str, Array] = field(default_factory=dict)
    shares: dict[str, Array] = field(default_factory=dict)
    by_month: dict[str, Array] = field(default_factory=dict)  # of those drawn anew each month
    count: int = 1


class Streams:
    """The streams of all drivers, drawn chunk by chunk."""

    def __init__(
        self,
        drivers: Sequence[Driver],
        mixed: Mixing,
        *,
        seed: int,
        term: Term,
        held: Mapping[str, float] | None = None,
    ) -> None:
        self.term = term
        self._mixed = mixed
        self._held = {
            one.id: one.held(held[one.id], term) for one in drivers if held and one.id in held
        }
        self.drivers = in_order(drivers)
        self._streams = {one.id: stream_of(seed, one.id) for one in self.drivers}

    def draw(self, count: int) -> Chunk:
        """Return the next draws."""
        chunk = Chunk(count=count)
        for driver in self.drivers:
            if driver.is_drawn_once:
                chunk.shares[driver.id] = self.uniform(driver.id, (count, 1))
        self._mix(chunk.shares)
        for driver in self.drivers:
            own = _OwnDraw(self, driver.id, chunk, (count, self.term.months))
            held = self._held.get(driver.id)
            chunk.values[driver.id] = driver.source.drawn(own) if held is None else held
        return chunk

    def again(self, chunk: Chunk, values: Mapping[str, Array], moved: Collection[str]) -> Chunk:
        """Return the same draws with other values of some drivers, and what `moved` by them."""
        other = replace(chunk, values={**chunk.values, **values})
        for driver in self.drivers:
            if driver.id in moved and driver.id not in self._held:
                own = _OwnDraw(self, driver.id, other, (chunk.count, self.term.months))
                other.values[driver.id] = driver.source.drawn(own)
        return other

    def uniform(self, name: str, shape: tuple[int, int]) -> Array:
        """Return the next numbers between 0 and 1 of a driver's own stream."""
        return np.maximum(self._streams[name].random(shape), _LEAST_SHARE)

    def _mix(self, shares: dict[str, Array]) -> None:
        if self._mixed.matrix is None:
            return
        scores = np.column_stack([ndtri(shares[name][:, 0]) for name in self._mixed.ids])
        mixed = ndtr(np.einsum("ij,kj->ik", scores, self._mixed.matrix))
        for place, name in enumerate(self._mixed.ids):
            shares[name] = np.maximum(mixed[:, place : place + 1], _LEAST_SHARE)


@dataclass(frozen=True, slots=True)
class _OwnDraw:
    """What one driver may ask for: its own stream, and what was worked out before it."""

    streams: Streams
    name: str
    chunk: Chunk
    shape: tuple[int, int]

    @property
    def term(self) -> Term:
        return self.streams.term

    @property
    def values(self) -> dict[str, Array]:
        return self.chunk.values

    def share(self) -> Array:
        return self.chunk.shares[self.name]

    def shares_by_month(self) -> Array:
        found = self.chunk.by_month.get(self.name)
        if found is None:
            found = self.chunk.by_month[self.name] = self.streams.uniform(self.name, self.shape)
        return found


def stream_of(seed: int, name: str) -> np.random.Generator:
    """Return the stream of a driver: its own, whatever else there is."""
    words = np.frombuffer(hashlib.sha256(name.encode()).digest(), dtype="<u4")
    own = np.random.SeedSequence([seed, *(int(word) for word in words)])
    return np.random.Generator(np.random.PCG64DXSM(own))
