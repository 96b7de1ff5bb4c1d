"""Weights given directly, by swing, or by order alone.

In   shares, points or an order of named criteria
Out  exact weights that add up to 1
Why  docs/methods/weights.md
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction

from retained.shared.errors import DomainError


def direct(shares: Mapping[str, Fraction]) -> dict[str, Fraction]:
    """Return weights as they were given; raises DomainError unless they add up to 100 %."""
    total = sum(shares.values(), Fraction(0))
    if total != 1:
        raise DomainError(
            f"The weights add up to {float(total * 100):g} %: make them 100 % together."
        )
    if any(share < 0 for share in shares.values()):
        raise DomainError("A weight is not negative: a criterion that is worse with more says so.")
    return dict(shares)


def swing(points: Mapping[str, Fraction]) -> dict[str, Fraction]:
    """Return weights from what each swing from worst to best is worth, the largest being 100.

    Source: von Winterfeldt and Edwards (1986). Raises DomainError.
    """
    if not points or max(points.values()) != 100:
        raise DomainError("Give the swing that matters most 100 points, and the others fewer.")
    if min(points.values()) < 0:
        raise DomainError("Points of a swing are not negative: 0 for one that does not matter.")
    total = sum(points.values(), Fraction(0))
    return {name: one / total for name, one in points.items()}


def rank_order_centroid(order: Sequence[str]) -> dict[str, Fraction]:
    """Return the mean of all weights that keep an order, most important first.

    w_k = (1/n) sum of 1/i for i from k to n (Barron and Barrett 1996). Raises DomainError.
    """
    if not order or len(set(order)) != len(order):
        raise DomainError("Name each criterion once, the most important first.")
    size = len(order)
    return {
        name: sum((Fraction(1, place) for place in range(rank, size + 1)), Fraction(0)) / size
        for rank, name in enumerate(order, start=1)
    }


def published(weights: Mapping[str, float], *, decimals: int = 4) -> dict[str, Fraction]:
    """Return computed weights rounded as they are published, adding up to exactly 1.

    The largest remainders are rounded up, so no weight moves by a whole last digit.
    """
    scale = 10**decimals
    parts = {name: Fraction(weight) * scale for name, weight in weights.items()}
    whole = {name: int(part) for name, part in parts.items()}
    by_remainder = sorted(parts, key=lambda name: (whole[name] - parts[name], name))
    for name in by_remainder[: scale - sum(whole.values())]:
        whole[name] += 1
    return {name: Fraction(whole[name], scale) for name in weights}
