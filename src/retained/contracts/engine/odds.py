"""Odds when a level is agreed: how often a provider of a given true quality misses or passes.

In   a service level, a number of tickets a month
Out  for each true quality, how likely a month misses; the same in a sentence
Why  docs/methods/small-volumes.md
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from retained.contracts.engine.level_terms import SHARES, ServiceLevelTerms, SmallVolume
from retained.shared.intervals import at_most

TRUE_SHARES = tuple(Decimal(text) for text in ("0.93", "0.95", "0.97", "0.98", "0.99"))
MOST_TICKETS = 100_000


@dataclass(frozen=True, slots=True)
class Odds:
    """One true quality, and the probability that it misses the expected level in a month."""

    true_share: Decimal
    misses: float
    is_good_enough: bool

    @property
    def passes(self) -> float:
        """The probability that the month meets the expected level."""
        return 1 - self.misses

    @property
    def missed_months_a_year(self) -> float:
        """How many months of twelve are missed."""
        return 12 * self.misses


def needed(level: ServiceLevelTerms, volume: int) -> int:
    """Return how many of `volume` tickets must be met for the expected level.

    Rounding of the figure and failures allowed in small months are taken into account.
    """
    expected = level.expected_level
    count = math.ceil(expected * volume)
    while count > 0 and _rounded(Decimal(count - 1) / volume, level.round_to) >= expected:
        count -= 1
    if level.small_volume is SmallVolume.FAILURES and volume < level.minimum_volume:
        return min(count, max(volume - level.allowed_failures, 0))
    return count


def odds_of(
    level: ServiceLevelTerms, volume: int, true_shares: Sequence[Decimal] = TRUE_SHARES
) -> list[Odds]:
    """Return the odds at so many tickets a month; nothing where they cannot be said.

    They can be said of shares that are better when higher, at 1 to 100,000 tickets.
    """
    if level.measure not in SHARES or level.lower_is_better or not 0 < volume <= MOST_TICKETS:
        return []
    must_meet = needed(level, volume)
    expected = level.expected_level
    return [
        Odds(share, at_most(must_meet - 1, volume, float(share)), share >= expected)
        for share in sorted({*true_shares, expected})
        if 0 < share < 1
    ]


def odds_sentence(level: ServiceLevelTerms, volume: int) -> str:
    """Return what the volume does to the promise, or nothing where that cannot be said."""
    found = odds_of(level, volume)
    if not found:
        return ""
    must_meet = needed(level, volume)
    said = f"Of {volume:,} tickets a month, {must_meet:,} must be met"
    said += ": not one may be missed." if must_meet == volume else "."
    better = next((one for one in found if one.true_share > level.expected_level), None)
    worse = [one for one in found if not one.is_good_enough]
    if better:
        said += (
            f" A provider that truly meets {_percent(better.true_share)} still misses "
            f"{better.missed_months_a_year:.1f} months a year"
        )
        said += f", and one at {_percent(worse[-1].true_share)}" if worse else "."
        said += f" passes in {worse[-1].passes * 100:.0f} % of months." if worse else ""
    return said


def _percent(share: Decimal) -> str:
    return f"{format((share * 100).normalize(), 'f')} %"


def _rounded(share: Decimal, places: int | None) -> Decimal:
    """Return a share as a percentage rounded to `places` would be read; unrounded if None."""
    if places is None:
        return share
    step = Decimal(1).scaleb(-places - 2)
    return share.quantize(step, rounding=ROUND_HALF_UP)
