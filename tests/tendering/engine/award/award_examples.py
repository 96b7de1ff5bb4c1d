"""Published problems, small made ones, and the dullest possible second way of solving them."""

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

from retained.tendering.engine.award.problem import (
    IN_HOUSE,
    Bidder,
    Bundle,
    DiscountKind,
    Discounts,
    Lot,
    Measure,
    Offer,
    Problem,
    Step,
)
from retained.tendering.engine.award.rules import (
    Barred,
    Given,
    LeastPartners,
    LeastShare,
    MostPartners,
    MostShare,
    MostShareOfParent,
    NoDiscounts,
    QualityFloor,
)

REQUIRED = Fraction("239600.48")
# GAMS model library “bid” (Bracken and McCormick 1968): set-up, least, most, and price from volume.
_BIDS = {
    "a": ("3855.84", 0, 33_000, {0: "61.150"}),
    "b": (
        "125804.84", 22_000, 160_000,
        {0: "68.099", 70_000: "66.049", 100_000: "64.099", 150_000: "62.119"},
    ),
    "c": ("13456.00", 0, 165_600, {0: "62.190"}),
    "d": ("6583.98", 0, 12_000, {0: "72.488"}),
    "e": ("0", 0, 77_000, {0: "70.150", 42_000: "68.150"}),
}  # fmt: skip


def gams_bid() -> Problem:
    """Return the problem: one lot of 239,600.48 units, divided to a hundredth of a unit."""
    bidders, offers = [], []
    for name, (setup, least, most, prices) in _BIDS.items():
        first = Fraction(prices[0])
        steps = tuple(
            Step(Fraction(volume), 1 - Fraction(price) / first)
            for volume, price in prices.items()
            if volume
        )
        bidders.append(
            Bidder(
                name,
                onboarding=int(Fraction(setup) * 100),
                discounts=Discounts(DiscountKind.INCREMENTAL, steps) if steps else None,
                measure=Measure.UNITS,
                least=Fraction(least),
                most=Fraction(most),
            )
        )
        offers.append(Offer("supply", name, first * REQUIRED * 100))
    lot = Lot("supply", units=REQUIRED, parts=int(REQUIRED * 100), most_partners=5)
    return Problem("EUR", (lot,), tuple(bidders), tuple(offers))


def auction(goods: int, bids: dict[str, tuple[str, tuple[int, ...], int]]) -> Problem:
    """Return an auction that is sold to the highest: who pays has a negative price.

    `bids` gives bidder, goods and price by name; a good that nobody gets is kept for nothing.
    """
    return Problem(
        "EUR",
        tuple(Lot(str(good), in_house=0) for good in range(1, goods + 1)),
        tuple(Bidder(name) for name in dict.fromkeys(who for who, _, _ in bids.values())),
        (),
        tuple(
            Bundle(name, who, tuple(map(str, wanted)), -price)
            for name, (who, wanted, price) in bids.items()
        ),
    )


def as_purchase(problem: Problem) -> Problem:
    """Return the same bundles offered to a buyer who needs every good at least once."""
    return replace(
        problem,
        lots=tuple(replace(lot, in_house=None) for lot in problem.lots),
        bundles=tuple(replace(one, price=-one.price) for one in problem.bundles),
        overlap=True,
    )


Held = dict[str, str]  # by lot: a bidder, IN_HOUSE, or a bundle's name


def every_award(problem: Problem, held: Held | None = None) -> Iterator[Held]:
    """Yield every way to hand out whole lots."""
    held = held or {}
    left = [lot for lot in problem.lots if lot.name not in held]
    if not left:
        yield held
        return
    lot = left[0]
    for offer in problem.offers:
        if offer.lot == lot.name:
            yield from every_award(problem, {**held, lot.name: offer.bidder})
    if lot.in_house is not None:
        yield from every_award(problem, {**held, lot.name: IN_HOUSE})
    for bundle in problem.bundles:
        if lot.name in bundle.lots and not set(bundle.lots) & set(held):
            yield from every_award(problem, {**held, **dict.fromkeys(bundle.lots, bundle.name)})


def who_holds(problem: Problem, held: Held) -> dict[str, str]:
    """Return who does each lot."""
    owners = {one.name: one.bidder for one in problem.bundles}
    return {lot: owners.get(holder, holder) for lot, holder in held.items()}


def plain_cost(problem: Problem, held: Held) -> Fraction:
    """Return what an award costs, added up as a person would."""
    owners = who_holds(problem, held)
    price = {(one.lot, one.bidder): one.price for one in problem.offers}
    cost = Fraction(sum(one.price for one in problem.bundles if one.name in held.values()))
    for lot in problem.lots:
        if lot.incumbent and owners[lot.name] != lot.incumbent:
            cost += lot.switching
        if held[lot.name] == IN_HOUSE:
            cost += lot.in_house or 0
    free = not any(isinstance(rule, NoDiscounts) for rule in problem.rules)
    for bidder in problem.bidders:
        if bidder.name in owners.values():
            cost += bidder.onboarding
        single = [lot for lot in problem.lots if held[lot.name] == bidder.name]
        value = sum((price[lot.name, bidder.name] for lot in single), Fraction(0))
        units = sum((lot.units for lot in single), Fraction(0))
        cost += value - (_discount(bidder, value, units) if free else 0)
    return cost


def _discount(bidder: Bidder, value: Fraction, units: Fraction) -> Fraction:
    if bidder.discounts is None:
        return Fraction(0)
    volume = units if bidder.measure is Measure.UNITS else value
    if bidder.discounts.kind is DiscountKind.ALL_UNIT:
        reached = [step.discount for step in bidder.discounts.steps if step.threshold <= volume]
        return value * max(reached, default=Fraction(0))
    taken, before = Fraction(0), Fraction(0)
    for step in bidder.discounts.steps:  # each step adds to the rate on what lies above it
        taken += max(Fraction(0), volume - step.threshold) * (step.discount - before)
        before = step.discount
    return taken * value / volume if volume else Fraction(0)


def plainly_kept(problem: Problem, held: Held) -> bool:
    """Return whether an award keeps every rule and every bidder's limits."""
    return all(_keeps(problem, held, rule) for rule in problem.rules) and all(
        _within(problem, held, bidder) for bidder in problem.bidders
    )


def _within(problem: Problem, held: Held, bidder: Bidder) -> bool:
    bundles = [one for one in problem.bundles_of(bidder.name) if one.name in held.values()]
    if bidder.one_bundle and len(bundles) > 1:
        return False
    if bidder.name not in who_holds(problem, held).values():
        return True
    units = {lot.name: lot.units for lot in problem.lots}
    if bidder.measure is Measure.UNITS:
        mine = [lot for lot, who in who_holds(problem, held).items() if who == bidder.name]
        taken = sum((units[lot] for lot in mine), Fraction(0))
    else:
        taken = Fraction(sum(one.price for one in bundles)) + sum(
            one.price for one in problem.offers_of(bidder.name) if held[one.lot] == bidder.name
        )
    return bidder.least <= taken and (bidder.most is None or taken <= bidder.most)


def _keeps(problem: Problem, held: Held, rule: object) -> bool:  # noqa: PLR0911 - one for each rule
    owners = who_holds(problem, held)
    partners = set(owners.values()) - {IN_HOUSE}
    worth = {lot.name: lot.baseline for lot in problem.lots}
    share = {
        one.name: Fraction(
            sum(worth[lot] for lot, who in owners.items() if who == one.name), problem.baseline or 1
        )
        for one in problem.bidders
    }
    match rule:
        case MostPartners():
            return len(partners) <= rule.number
        case LeastPartners():
            return len(partners) >= rule.number
        case MostShare():
            asked = [rule.bidder] if rule.bidder else list(share)
            return all(share[name] <= rule.share for name in asked)
        case MostShareOfParent():
            groups: dict[str, Fraction] = {}
            for one in problem.bidders:
                groups[one.group] = groups.get(one.group, Fraction(0)) + share[one.name]
            asked = [rule.parent] if rule.parent else list(groups)
            return all(groups.get(name, 0) <= rule.share for name in asked)
        case LeastShare():
            return all(share[name] >= rule.share for name in partners)
        case QualityFloor():
            out = [(worth[lot], problem.quality_of(lot, who) or Fraction(0))
                   for lot, who in owners.items() if who != IN_HOUSE]  # fmt: skip
            return sum(w * q for w, q in out) >= rule.least * sum(w for w, _ in out)
        case Given():
            return owners[rule.lot] == rule.bidder
        case Barred():
            asked = [rule.lot] if rule.lot else list(owners)
            return all(owners[lot] != rule.bidder for lot in asked)
    return isinstance(rule, NoDiscounts)


def plain_optimum(problem: Problem) -> Fraction | None:
    """Return the least cost over every award that keeps the rules; None where there is none."""
    costs = [
        plain_cost(problem, held) for held in every_award(problem) if plainly_kept(problem, held)
    ]
    return min(costs, default=None)
