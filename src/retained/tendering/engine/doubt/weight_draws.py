"""Weights that could be meant, drawn at random: free, in their order, or within intervals.

In   the number of criteria, an order or intervals, and a stream of chance
Out  rows of weights that are not negative and add up to 1, uniform over all that are allowed
Why  docs/methods/doubt.md
"""

from collections.abc import Callable, Mapping, Sequence
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from retained.shared.errors import DomainError

Array = NDArray[np.float64]
Sampler = Callable[[np.random.Generator, int], Array]
ROUNDS = 60  # of pairs: far more than the means need to settle (tested beside rejection)


def free(count: int) -> Sampler:
    """Return a sampler of all weights there are: exponentials over their sum."""

    def draw(stream: np.random.Generator, draws: int) -> Array:
        found = stream.standard_exponential((draws, count))
        found /= found.sum(axis=1, keepdims=True)
        return found

    return draw


def ordered(weights: Sequence[float]) -> Sampler:
    """Return a sampler of all weights with the order of these; exact, by sorting.

    Weights that are equal are in no order: any of them may be the larger.
    """
    order = sorted(range(len(weights)), key=lambda place: -weights[place])
    level = [
        group
        for _, found in groupby(order, key=lambda place: weights[place])
        if len(group := list(found)) > 1
    ]
    every = free(len(weights))

    def draw(stream: np.random.Generator, draws: int) -> Array:
        drawn = np.sort(every(stream, draws), axis=1)[:, ::-1]
        found = np.empty_like(drawn)
        found[:, order] = drawn
        for group in level:
            found[:, group] = stream.permuted(found[:, group], axis=1)
        return found

    return draw


def intervals(least: Sequence[float], most: Sequence[float]) -> Sampler:
    """Return a sampler of all weights between two bounds each.

    Every draw is the end of a chain of its own, so that as many draws count as there are. A round
    pairs the criteria at random and shares out each pair's sum anew within their bounds, which
    keeps the uniform distribution. Raises DomainError where no weights fit.
    """
    low, high = np.asarray(least, dtype=np.float64), np.asarray(most, dtype=np.float64)
    if (low > high).any() or (low < 0).any() or low.sum() > 1 + 1e-12 or high.sum() < 1 - 1e-12:
        raise DomainError("No weights lie in these intervals and add up to 100 %: widen some.")
    room = (high - low).sum()
    begin = low + (1 - low.sum()) * (high - low) / (room if room > 0 else 1.0)

    def draw(stream: np.random.Generator, draws: int) -> Array:
        found = np.tile(begin[:, None], (1, draws))
        for _ in range(ROUNDS if len(begin) > 1 else 0):
            _share_anew(found, (low, high), stream)
        return np.ascontiguousarray(found.T)

    return draw


def _share_anew(found: Array, bounds: tuple[Array, Array], stream: np.random.Generator) -> None:
    """Pair the criteria at random, and share out the sum of each pair within its bounds."""
    low, high = bounds
    order = stream.permutation(len(found))
    for first, second in zip(order[::2], order[1::2], strict=False):
        both = found[first] + found[second]
        left = np.maximum(low[first], both - high[second])
        right = np.minimum(high[first], both - low[second])
        share = left + (right - left) * stream.random(found.shape[1])
        found[first] = np.clip(share, low[first], high[first])
        found[second] = both - found[first]


def around(
    weights: Sequence[float],
    within: float,
    between: Mapping[int, tuple[float, float]] | None = None,
) -> Sampler:
    """Return a sampler of weights within so much (a share of the whole) of those published.

    A criterion without weight stays without; the places in `between` have bounds of their own.
    Raises DomainError where no weights fit.
    """
    bounds = [(max(0.0, one - within), min(1.0, one + within) if one else 0.0) for one in weights]
    for place, own in (between or {}).items():
        bounds[place] = own
    return intervals([low for low, _ in bounds], [high for _, high in bounds])
