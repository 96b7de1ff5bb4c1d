"""An award, and its bill in whole minor units: never the solver's own figures.

In   the problem, and who gets which share of which lot
Out  lines, discounts, onboarding and switching, each rounded once, half up
Why  docs/methods/award.md
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from retained.tendering.engine.award.problem import (
    IN_HOUSE,
    Bidder,
    DiscountKind,
    Measure,
    Problem,
    Step,
)
from retained.tendering.engine.award.rules import NoDiscounts


@dataclass(frozen=True, slots=True)
class Share:
    """How much of a lot a bidder (or IN_HOUSE) gets by its single offer."""

    lot: str
    bidder: str
    share: Fraction


@dataclass(frozen=True, slots=True)
class Award:
    """Who gets what: shares of lots, in the order of the problem, and bundles by name."""

    shares: tuple[Share, ...]
    bundles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """What one bidder gets of one lot or bundle, at list price."""

    lots: tuple[str, ...]
    bidder: str
    share: Fraction
    price: int
    bundle: str = ""


@dataclass(frozen=True, slots=True)
class Bill:
    """What an award costs, in minor units; `exact` is the same before rounding."""

    lines: tuple[Line, ...]
    discounts: dict[str, int]  # by bidder, what is taken off
    onboarding: dict[str, int]  # by bidder
    switching: dict[str, int]  # by lot
    exact: Fraction

    @property
    def total(self) -> int:
        """What all of it costs."""
        added = sum(line.price for line in self.lines)
        added += sum(self.onboarding.values()) + sum(self.switching.values())
        return added - sum(self.discounts.values())

    @property
    def partners(self) -> tuple[str, ...]:
        """Who gets anything, in the order of the problem."""
        return tuple(self.onboarding)


def bill_of(problem: Problem, award: Award) -> Bill:
    """Return what an award costs."""
    lines = tuple(_lines(problem, award))
    holding = {line.bidder for line in lines}
    partners = [one for one in problem.bidders if one.name in holding]
    discounts = {one.name: discount_of(problem, one, award) for one in partners}
    switching = {lot.name: lot.switching * _leaves(problem, lot.name, award)
                 for lot in problem.lots if lot.switching and lot.incumbent}  # fmt: skip
    exact = sum((_list_price(problem, one) for one in award.shares), Fraction(0))
    exact += sum(one.price for one in problem.bundles if one.name in award.bundles)
    exact += sum(one.onboarding for one in partners)
    exact += sum(switching.values()) - sum(discounts.values())
    return Bill(
        lines,
        {name: half_up(taken) for name, taken in discounts.items() if taken},
        {one.name: one.onboarding for one in partners},
        {name: half_up(owed) for name, owed in switching.items() if owed},
        exact,
    )


def discount_of(problem: Problem, bidder: Bidder, award: Award) -> Fraction:
    """Return what a bidder's discounts take off, exact."""
    if bidder.discounts is None or any(isinstance(one, NoDiscounts) for one in problem.rules):
        return Fraction(0)
    steps = bidder.discounts.from_nothing
    value = volume_in(problem, bidder, award, Measure.VALUE)
    volume = volume_in(problem, bidder, award, bidder.measure)
    if bidder.discounts.kind is DiscountKind.ALL_UNIT:
        return value * steps[step_reached(steps, volume)].discount
    taken = sum(
        (
            step.discount * _between(volume, step.threshold, _next(steps, place))
            for place, step in enumerate(steps)
        ),
        Fraction(0),
    )
    return taken * value / volume if volume else Fraction(0)


def _next(steps: tuple[Step, ...], place: int) -> Fraction | None:
    return steps[place + 1].threshold if place + 1 < len(steps) else None


def _between(volume: Fraction, low: Fraction, high: Fraction | None) -> Fraction:
    """Return how much of a volume lies between two thresholds."""
    return max(Fraction(0), (volume if high is None else min(volume, high)) - low)


def step_reached(steps: tuple[Step, ...], volume: Fraction) -> int:
    """Return the place of the last step whose threshold a volume reaches."""
    return max(place for place, step in enumerate(steps) if step.threshold <= volume)


def volume_in(problem: Problem, bidder: Bidder, award: Award, measure: Measure) -> Fraction:
    """Return the volume that a bidder's single offers have in an award."""
    prices = {one.lot: one.price for one in problem.offers_of(bidder.name)}
    units = {lot.name: lot.units for lot in problem.lots}
    sizes = prices if measure is Measure.VALUE else units
    held = (one for one in award.shares if one.bidder == bidder.name)
    return sum((sizes[one.lot] * one.share for one in held), Fraction(0))


def _lines(problem: Problem, award: Award) -> Iterator[Line]:
    for one in award.shares:
        yield Line((one.lot,), one.bidder, one.share, half_up(_list_price(problem, one)))
    for bundle in problem.bundles:
        if bundle.name in award.bundles:
            yield Line(bundle.lots, bundle.bidder, Fraction(1), bundle.price, bundle.name)


def _list_price(problem: Problem, one: Share) -> Fraction:
    if one.bidder == IN_HOUSE:
        [kept] = [lot.in_house for lot in problem.lots if lot.name == one.lot]
        return Fraction(kept or 0) * one.share
    return problem.offer(one.lot, one.bidder).price * one.share


def _leaves(problem: Problem, name: str, award: Award) -> Fraction:
    """Return which share of a lot leaves its incumbent."""
    [incumbent] = [lot.incumbent for lot in problem.lots if lot.name == name]
    stays = sum(
        (one.share for one in award.shares if (one.lot, one.bidder) == (name, incumbent)),
        Fraction(0),
    )
    stays += sum(
        name in one.lots and one.bidder == incumbent
        for one in problem.bundles
        if one.name in award.bundles
    )
    return 1 - stays


def half_up(amount: Fraction) -> int:
    """Return whole minor units, half up (away from zero), as Money rounds."""
    whole = math.floor(abs(amount) + Fraction(1, 2))
    return whole if amount >= 0 else -whole
