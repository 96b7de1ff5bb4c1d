"""How much a month's tickets prove: exact binomial bounds, and the odds of a verdict.

In   met and counted tickets, or a provider's true quality and a volume
Out  the Clopper-Pearson interval; the probability that a month misses its level
Why  docs/methods/small-volumes.md
"""

import math
from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import lru_cache

_NEGLIGIBLE = 1e-20
_STEPS = 60  # bisection to below 1e-15


@lru_cache(maxsize=4096)
def exact_interval(met: int, counted: int, *, confidence: float = 0.95) -> tuple[float, float]:
    """Return the exact (Clopper-Pearson 1934) bounds of the true share behind `met` of `counted`.

    Raises ValueError when the counts make no share.
    """
    if not 0 <= met <= counted or counted == 0:
        raise ValueError("An interval needs 0 <= met <= counted, and at least one ticket.")
    tail = (1 - confidence) / 2
    low = 0.0 if met == 0 else _root(lambda p: at_least(met, counted, p) - tail)
    high = 1.0 if met == counted else _root(lambda p: tail - at_most(met, counted, p))
    return low, high


def miss_odds(true_share: float, volume: int, expected: Decimal) -> float:
    """Return how likely a provider of a given true quality misses the level at this volume."""
    needed = math.ceil(expected * volume)
    return at_most(needed - 1, volume, true_share) if needed > 0 else 0.0


def at_most(met: int, counted: int, share: float) -> float:
    """Return the probability of at most `met` of `counted` (binomial)."""
    if met < 0:
        return 0.0
    if met >= counted:
        return 1.0
    if met > counted // 2:
        # rounding must not make a chance negative
        return max(0.0, 1.0 - _sum(met + 1, counted, counted, share))
    return _sum(0, met, counted, share)


def at_least(met: int, counted: int, share: float) -> float:
    """Return the probability of at least `met` of `counted` (binomial)."""
    if met <= 0:
        return 1.0
    if met > counted:
        return 0.0
    if met > counted // 2:
        return _sum(met, counted, counted, share)
    return max(0.0, 1.0 - at_most(met - 1, counted, share))


def _sum(first: int, last: int, counted: int, share: float) -> float:
    """Return the probability of `first` to `last` of `counted`.

    Summed outwards from the likeliest count, until what follows no longer changes the sum.
    """
    likeliest = min(max(int((counted + 1) * share), first), last)
    upwards = _while_it_counts(range(likeliest, last + 1), counted, share)
    downwards = _while_it_counts(range(likeliest - 1, first - 1, -1), counted, share)
    return math.fsum([*upwards, *downwards])


def _while_it_counts(range_: range, counted: int, share: float) -> Iterator[float]:
    largest = 0.0
    for k in range_:
        mass = _mass(k, counted, share)
        largest = max(largest, mass)
        yield mass
        if mass < largest * _NEGLIGIBLE:
            return


def _mass(k: int, n: int, p: float) -> float:
    if p <= 0.0 or p >= 1.0:
        return float(k == (n if p >= 1.0 else 0))
    log_choose = math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)
    return math.exp(log_choose + k * math.log(p) + (n - k) * math.log1p(-p))


def _root(rises: Callable[[float], float]) -> float:
    low, high = 0.0, 1.0
    for _ in range(_STEPS):
        middle = (low + high) / 2
        low, high = (low, middle) if rises(middle) > 0 else (middle, high)
    return (low + high) / 2
