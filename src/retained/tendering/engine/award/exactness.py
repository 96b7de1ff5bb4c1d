"""Whether an award keeps every rule, in exact arithmetic.

In   the model, the problem, and an award
Out  the exact value of every column, and the rows that it breaks
Why  docs/methods/award.md
"""

from collections.abc import Mapping
from fractions import Fraction

from retained.tendering.engine.award.awards import Award, Share, step_reached, volume_in
from retained.tendering.engine.award.model import Column, Key, Model, Row
from retained.tendering.engine.award.problem import Bidder, Measure, Problem

Values = dict[Key, Fraction]


def award_of(model: Model, problem: Problem, chosen: Mapping[Key, int]) -> Award:
    """Return the award that whole numbers of parts choose."""
    shares = [
        Share(column.key[1], column.key[2], Fraction(chosen[column.key], column.parts))
        for column in model.columns.values()
        if column.key[0] == "share" and chosen.get(column.key)
    ]
    bundles = [one.name for one in problem.bundles if chosen.get(("bundle", one.name))]
    return Award(tuple(shares), tuple(bundles))


def values_of(model: Model, problem: Problem, award: Award) -> Values:
    """Return what every column of the model is worth for an award."""
    values: Values = {}
    for one in award.shares:
        values["share", one.lot, one.bidder] = one.share
        if ("part", one.lot, one.bidder) in model.columns:
            values["part", one.lot, one.bidder] = Fraction(1)
    values |= {("bundle", name): Fraction(1) for name in award.bundles}
    bidders = {one.bidder for one in award.shares}
    bidders |= {one.bidder for one in problem.bundles if one.name in award.bundles}
    for bidder in problem.bidders:
        if bidder.name in bidders:
            values["used", bidder.name] = Fraction(1)
            values |= _step_values(model, problem, bidder, award)
    return values


def _step_values(model: Model, problem: Problem, bidder: Bidder, award: Award) -> Values:
    """Return the columns of the step that a bidder reaches."""
    if bidder.discounts is None or ("step", bidder.name, "0") not in model.columns:
        return {}
    volume = volume_in(problem, bidder, award, bidder.measure)
    place = str(step_reached(bidder.discounts.from_nothing, volume))
    return {
        ("step", bidder.name, place): Fraction(1),
        ("value", bidder.name, place): volume_in(problem, bidder, award, Measure.VALUE),
        ("volume", bidder.name, place): volume,
    }


def broken(model: Model, values: Values) -> list[Row]:
    """Return the rows that exact values do not keep; those of columns too large come too."""
    rows = [row for row in model.rows if not row.holds(values)]
    rows += [
        Row(((key, Fraction(1)),), None, model.columns[key].most)
        for key, value in values.items()
        if key in model.columns and not 0 <= value <= model.columns[key].most
    ]
    return rows


def exact_cost(model: Model, values: Values) -> Fraction:
    """Return what the model says that exact values cost, in minor units."""
    columns: list[Column] = [model.columns[key] for key in values if key in model.columns]
    return model.constant + sum((one.cost * values[one.key] for one in columns), Fraction(0))
