"""The rules that an award may have to keep, each with the name that people gave it.

In   numbers, shares (0..1 of all baselines), qualities
Out  frozen values; what they mean for the model stands in `rule_rows`
Why  docs/methods/award.md
"""

from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule by its name."""

    name: str


@dataclass(frozen=True, slots=True)
class MostPartners(Rule):
    """At most so many bidders get anything."""

    number: int


@dataclass(frozen=True, slots=True)
class LeastPartners(Rule):
    """At least so many bidders get something."""

    number: int


@dataclass(frozen=True, slots=True)
class MostShare(Rule):
    """No bidder (or not this one) gets more than `share` of all baselines."""

    share: Fraction
    bidder: str = ""


@dataclass(frozen=True, slots=True)
class MostShareOfParent(Rule):
    """No group of bidders with one parent (or not this one) gets more than `share`."""

    share: Fraction
    parent: str = ""


@dataclass(frozen=True, slots=True)
class LeastShare(Rule):
    """Who gets anything gets at least `share` of all baselines."""

    share: Fraction


@dataclass(frozen=True, slots=True)
class QualityFloor(Rule):
    """The mean quality of what is handed out, weighed by baselines, is at least `least`."""

    least: Fraction


@dataclass(frozen=True, slots=True)
class Given(Rule):
    """The whole lot goes to this bidder, or stays in-house."""

    lot: str
    bidder: str


@dataclass(frozen=True, slots=True)
class Barred(Rule):
    """One bidder does not get a lot (or, without a lot, anything)."""

    bidder: str
    lot: str = ""


@dataclass(frozen=True, slots=True)
class NoDiscounts(Rule):
    """Nobody's discount is counted on."""
