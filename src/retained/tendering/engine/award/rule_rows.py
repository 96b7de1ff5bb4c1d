"""What each rule asks of the model.

In   a rule and the problem that it is a rule of
Out  rows that carry the rule's name
Why  docs/methods/award.md
"""

from collections.abc import Iterable
from fractions import Fraction
from functools import singledispatch

from retained.tendering.engine.award.model import Key, Model
from retained.tendering.engine.award.problem import IN_HOUSE, Problem
from retained.tendering.engine.award.quantities import Terms, baselines_of, holdings
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
    Rule,
)


def add_rule(model: Model, problem: Problem, rule: Rule) -> None:
    """Add what a rule asks."""
    _add(rule, model, problem)


@singledispatch
def _add(rule: Rule, model: Model, problem: Problem) -> None:
    raise NotImplementedError(type(rule).__name__)


@_add.register
def _(rule: MostPartners, model: Model, problem: Problem) -> None:
    model.ask(_used(problem), high=rule.number, rule=rule.name)


@_add.register
def _(rule: LeastPartners, model: Model, problem: Problem) -> None:
    model.ask(_used(problem), low=rule.number, rule=rule.name)


@_add.register
def _(rule: MostShare, model: Model, problem: Problem) -> None:
    most = rule.share * problem.baseline
    for bidder in problem.bidders:
        if rule.bidder in {"", bidder.name}:
            held = baselines_of(problem, [bidder.name])
            model.ask([*held, (("used", bidder.name), -most)], high=0, rule=rule.name)


@_add.register
def _(rule: MostShareOfParent, model: Model, problem: Problem) -> None:
    groups = dict.fromkeys(bidder.group for bidder in problem.bidders)
    for group in groups:
        if rule.parent in {"", group}:
            names = [one.name for one in problem.bidders if one.group == group]
            model.ask(
                baselines_of(problem, names), high=rule.share * problem.baseline, rule=rule.name
            )


@_add.register
def _(rule: LeastShare, model: Model, problem: Problem) -> None:
    least = rule.share * problem.baseline
    for bidder in problem.bidders:
        held = baselines_of(problem, [bidder.name])
        model.ask([*held, (("used", bidder.name), -least)], low=0, rule=rule.name)


@_add.register
def _(rule: QualityFloor, model: Model, problem: Problem) -> None:
    model.ask(quality_over(problem, rule.least), low=0, rule=rule.name)


@_add.register
def _(rule: Given, model: Model, problem: Problem) -> None:
    held = [
        (key, 1)
        for lot in problem.lots
        if lot.name == rule.lot
        for who, key in holdings(problem, lot)
        if who == rule.bidder
    ]
    model.ask(held, low=1, rule=rule.name)


@_add.register
def _(rule: Barred, model: Model, problem: Problem) -> None:
    lots = [lot for lot in problem.lots if rule.lot in {"", lot.name}]
    keys = {key for lot in lots for who, key in holdings(problem, lot) if who == rule.bidder}
    model.ask(((key, 1) for key in sorted(keys)), high=0, rule=rule.name)


@_add.register
def _(rule: NoDiscounts, model: Model, problem: Problem) -> None:
    """Ask nothing: the model is built without discounts."""


def _used(problem: Problem) -> Iterable[tuple[Key, int]]:
    return [(("used", bidder.name), 1) for bidder in problem.bidders]


def quality_over(problem: Problem, least: Fraction) -> Terms:
    """Return by how much all that is handed out exceeds a quality, weighed by baselines.

    What stays in-house is left out of the mean.
    """
    over: dict[Key, Fraction] = {}
    for lot in problem.lots:
        for who, key in holdings(problem, lot):
            if who == IN_HOUSE:
                continue
            quality = problem.quality_of(lot.name, who)
            more = lot.baseline * ((quality or Fraction(0)) - least)
            over[key] = over.get(key, Fraction(0)) + more
    return list(over.items())
