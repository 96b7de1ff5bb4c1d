"""Discounts by volume in the model: which step is reached, and the value inside it.

In   the problem and one bidder
Out  a column for each step, its volume and its value
Why  docs/methods/award.md

Both kinds take one form, the multiple choice model (Croxton, Gendron and Magnanti, Management
Science 2003): in step t the bidder is owed (1 - d_t) of its value, and for incremental discounts
a fixed amount on top, which gives back what d_t took off below its threshold.
"""

from collections.abc import Sequence
from fractions import Fraction

from retained.tendering.engine.award.model import Model
from retained.tendering.engine.award.problem import (
    Bidder,
    DiscountKind,
    Measure,
    Problem,
    Step,
)
from retained.tendering.engine.award.quantities import most_volume, volume_of


def add_discounts(model: Model, problem: Problem, bidder: Bidder) -> None:
    """Add a bidder's discounts; its offers' own columns stay at list price."""
    if bidder.discounts is None or not problem.offers_of(bidder.name):
        return
    most = most_volume(problem, bidder, bidder.measure)
    most_value = most_volume(problem, bidder, Measure.VALUE)
    steps = [step for step in bidder.discounts.from_nothing if step.threshold <= most]
    for place, step in enumerate(steps):
        above = steps[place + 1].threshold if place + 1 < len(steps) else most
        _add_step(model, problem, bidder, place, (step.threshold, above), most_value)
    used = ("used", bidder.name)
    names = [(bidder.name, str(place)) for place in range(len(steps))]
    model.ask([*((("step", *name), 1) for name in names), (used, -1)], low=0, high=0)
    for kind, measure in _counted(bidder):
        parts = volume_of(problem, bidder, measure)
        model.ask([*parts, *(((kind, *name), -1) for name in names)], low=0, high=0)


def _counted(bidder: Bidder) -> list[tuple[str, Measure]]:
    """Return the columns that a step has: its value, and its volume where that is another."""
    if bidder.measure is Measure.VALUE:
        return [("value", Measure.VALUE)]
    return [("value", Measure.VALUE), ("volume", Measure.UNITS)]


def _add_step(
    model: Model,
    problem: Problem,
    bidder: Bidder,
    place: int,
    limits: tuple[Fraction, Fraction],
    most_value: Fraction,
) -> None:
    discounts = bidder.discounts
    if discounts is None:
        return
    steps = discounts.from_nothing
    name = (bidder.name, str(place))
    is_incremental = discounts.kind is DiscountKind.INCREMENTAL
    rate = unit_price(problem, bidder) if bidder.measure is Measure.UNITS else Fraction(1)
    fixed = given_back(steps, place) * (rate or 0) if is_incremental else 0
    step = model.add(("step", *name), cost=fixed)
    value = model.add(("value", *name), cost=-steps[place].discount, most=most_value, parts=0)
    by = value
    if bidder.measure is Measure.UNITS:
        model.ask([(value, 1), (step, -most_value)], high=0)
        by = model.add(("volume", *name), most=limits[1], parts=0)
    model.ask([(by, 1), (step, -limits[0])], low=0)
    model.ask([(by, 1), (step, -limits[1])], high=0)


def given_back(steps: Sequence[Step], place: int) -> Fraction:
    """Return what an incremental discount does not take off below its threshold, in volume."""
    below = sum(
        (
            steps[one].discount * (steps[one + 1].threshold - steps[one].threshold)
            for one in range(place)
        ),
        Fraction(0),
    )
    return steps[place].discount * steps[place].threshold - below


def unit_price(problem: Problem, bidder: Bidder) -> Fraction | None:
    """Return the one price of a unit over all offers of a bidder; None where there are several."""
    units = {lot.name: lot.units for lot in problem.lots}
    prices = {one.price / units[one.lot] for one in problem.offers_of(bidder.name)}
    return prices.pop() if len(prices) == 1 else None
