"""What is to be awarded: lots, bidders, offers, bundles, discounts, and the rules to keep.

In   amounts in minor units of one currency, shares and qualities as exact fractions
Out  frozen values that the model is built from
Why  docs/methods/award.md
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from fractions import Fraction

from retained.tendering.engine.award.rules import Rule

IN_HOUSE = "in-house"  # who does a lot that nobody gets
NOTHING = Fraction(0)
WHOLE = Fraction(1)


class Measure(StrEnum):
    """What the volume of a bidder is counted in."""

    VALUE = "value"  # list prices
    UNITS = "units"  # units of the lots


class DiscountKind(StrEnum):
    """On what a discount is given once its threshold is reached."""

    ALL_UNIT = "all-unit"  # on everything
    INCREMENTAL = "incremental"  # on what lies above the threshold


@dataclass(frozen=True, slots=True)
class Step:
    """From `threshold` on (minor units, or units), `discount` (0..1) is given."""

    threshold: Fraction
    discount: Fraction


@dataclass(frozen=True, slots=True)
class Discounts:
    """Discounts by volume; steps rise in threshold and in discount."""

    kind: DiscountKind
    steps: tuple[Step, ...]

    @property
    def from_nothing(self) -> tuple[Step, ...]:
        """The steps, with the one below the first threshold."""
        if self.steps and self.steps[0].threshold == 0:
            return self.steps
        return (Step(NOTHING, NOTHING), *self.steps)


@dataclass(frozen=True, slots=True)
class Lot:
    """A part that is awarded by itself.

    `baseline` (minor units) is what its work is worth: by it shares and qualities are weighed.
    `parts` above 1 lets it be divided into so many equal parts, among at most `most_partners`,
    each of whom then gets at least `least_share`. `in_house` is what keeping it costs.
    """

    name: str
    baseline: int = 0
    units: Fraction = WHOLE
    incumbent: str = ""  # a bidder, or IN_HOUSE
    switching: int = 0  # owed for as much of it as leaves the incumbent
    in_house: int | None = None
    parts: int = 1
    most_partners: int = 1
    least_share: Fraction = NOTHING

    @property
    def divisible(self) -> bool:
        """Whether several may share it."""
        return self.parts > 1


@dataclass(frozen=True, slots=True)
class Bidder:
    """Who offers: with its parent, what one more partner costs, and how much it takes on."""

    name: str
    parent: str = ""
    onboarding: int = 0  # minor units, once it gets anything
    quality: Fraction | None = None
    discounts: Discounts | None = None
    measure: Measure = Measure.VALUE  # of its discounts, its least and its most
    least: Fraction = NOTHING  # less than that it does not take on
    most: Fraction | None = None
    one_bundle: bool = True  # its bundles exclude each other (XOR)

    @property
    def group(self) -> str:
        """The parent, or itself."""
        return self.parent or self.name


@dataclass(frozen=True, slots=True)
class Offer:
    """What a bidder asks for a whole lot.

    The price is exact, in minor units: a unit price times units may need more than whole ones.
    """

    lot: str
    bidder: str
    price: Fraction
    quality: Fraction | None = None  # where it differs from the bidder's


@dataclass(frozen=True, slots=True)
class Bundle:
    """Several whole lots for one price (minor units), all or none; discounts leave it out."""

    name: str
    bidder: str
    lots: tuple[str, ...]
    price: int


@dataclass(frozen=True, slots=True)
class _Index:
    """What a problem is looked through for, sorted once: there may be ten thousand offers."""

    offers: dict[tuple[str, str], Offer]
    by_lot: dict[str, list[Offer]]
    by_bidder: dict[str, list[Offer]]
    bundles_by_lot: dict[str, list[Bundle]]
    bundles_by_bidder: dict[str, list[Bundle]]
    qualities: dict[str, Fraction]

    @classmethod
    def of(cls, problem: "Problem") -> "_Index":
        """Return the index of a problem."""
        found = cls({}, {}, {}, {}, {}, {})
        for offer in problem.offers:
            found.offers[offer.lot, offer.bidder] = offer
            found.by_lot.setdefault(offer.lot, []).append(offer)
            found.by_bidder.setdefault(offer.bidder, []).append(offer)
        for bundle in problem.bundles:
            found.bundles_by_bidder.setdefault(bundle.bidder, []).append(bundle)
            for lot in bundle.lots:
                found.bundles_by_lot.setdefault(lot, []).append(bundle)
        for bidder in problem.bidders:
            if bidder.quality is not None:
                found.qualities[bidder.name] = bidder.quality
        return found


@dataclass(frozen=True, slots=True)
class Problem:
    """Everything that an award is chosen from."""

    currency: str
    lots: tuple[Lot, ...]
    bidders: tuple[Bidder, ...]
    offers: tuple[Offer, ...]
    bundles: tuple[Bundle, ...] = ()
    rules: tuple[Rule, ...] = ()
    overlap: bool = False  # a lot may be bought twice, and is then used once (free disposal)
    _found: _Index = field(init=False, repr=False, compare=False, hash=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_found", _Index.of(self))

    @property
    def baseline(self) -> int:
        """What all lots together are worth, in minor units."""
        return sum(lot.baseline for lot in self.lots)

    def quality_of(self, lot: str, bidder: str) -> Fraction | None:
        """Return the quality of a bidder for a lot, if it has one."""
        own = self._found.offers.get((lot, bidder))
        if own is not None and own.quality is not None:
            return own.quality
        return self._found.qualities.get(bidder)

    def offer(self, lot: str, bidder: str) -> Offer:
        """Return the single offer of a bidder for a lot."""
        return self._found.offers[lot, bidder]

    def offers_of(self, bidder: str) -> Sequence[Offer]:
        """Return the single offers of a bidder."""
        return self._found.by_bidder.get(bidder, ())

    def offers_on(self, lot: str) -> Sequence[Offer]:
        """Return the single offers for a lot."""
        return self._found.by_lot.get(lot, ())

    def bundles_of(self, bidder: str) -> Sequence[Bundle]:
        """Return the bundles of a bidder."""
        return self._found.bundles_by_bidder.get(bidder, ())

    def bundles_on(self, lot: str) -> Sequence[Bundle]:
        """Return the bundles that hold a lot."""
        return self._found.bundles_by_lot.get(lot, ())

    def with_rules(self, rules: Iterable[Rule]) -> "Problem":
        """Return the same problem under other rules."""
        return replace(self, rules=tuple(rules))

    def without_rule(self, name: str) -> "Problem":
        """Return the same problem without one rule."""
        return self.with_rules(one for one in self.rules if one.name != name)

    def without_bidders(self, names: Iterable[str]) -> "Problem":
        """Return the same problem as if these had not bid; they stay where they are incumbent."""
        gone = frozenset(names)
        return replace(
            self,
            bidders=tuple(one for one in self.bidders if one.name not in gone),
            offers=tuple(one for one in self.offers if one.bidder not in gone),
            bundles=tuple(one for one in self.bundles if one.bidder not in gone),
        )
