"""The bridge from what was budgeted to what an option costs, by fiscal year and line.

In   the result of a case, with its budget if it has one
Out  for each fiscal year named steps that add up to the cent
Why  docs/methods/budget-bridge.md
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from retained.shared.money import Money, total
from retained.strategy.engine.case_terms import CaseTerms, figure
from retained.strategy.engine.fiscal_years import FiscalYear
from retained.strategy.engine.formulas.reading import read_formula
from retained.strategy.engine.formulas.tree import Array
from retained.strategy.engine.option_terms import BudgetTerms
from retained.strategy.engine.results import CaseResult, as_money
from retained.strategy.engine.simulation import Simulation, expected_values

STAYING = "Staying, beside the budget"


@dataclass(frozen=True, slots=True)
class Step:
    """What one line adds to the cost of a year, or takes from it; no `line` is staying itself."""

    title: str
    line: str
    amount: Money


@dataclass(frozen=True, slots=True)
class Bridge:
    """A fiscal year from its budget to its cost: the budget and all steps are the cost.

    Without a budget it begins at what staying costs. `run_rate` is the saving of a full year at
    the pace of the year's last month.
    """

    year: str
    budget: Money
    steps: tuple[Step, ...]
    cost: Money
    run_rate: Money


def budget_bridge(result: CaseResult, option: str) -> list[Bridge]:
    """Return the bridge of an option for each fiscal year of the term."""
    return list(_bridges(result.terms, result.simulation, result, option))


def _bridges(
    terms: CaseTerms, simulation: Simulation, result: CaseResult, option: str
) -> Iterator[Bridge]:
    [found] = [one for one in result.options if one.id == option]
    staying = simulation.options[terms.baseline].cash
    for fiscal, year in zip(terms.fiscal_years, found.years, strict=True):
        stay = _sum(staying, fiscal, terms)
        budget = stay if terms.budget is None else _budget(terms.budget, terms, simulation, fiscal)
        steps = [Step(STAYING, "", stay - budget)] if terms.budget else []
        steps += _of_lines(terms, simulation, option, fiscal)
        moving = [step for step in steps if step.amount]
        closed = _closed(moving, year.cost - budget, terms.currency)
        yield Bridge(year.title, budget, tuple(closed), year.cost, year.run_rate)


def _budget(
    budget: BudgetTerms, terms: CaseTerms, simulation: Simulation, year: FiscalYear
) -> Money:
    """Return what was budgeted for a year; a formula counts with every assumption at its mean."""
    if budget.formula is None:
        return as_money(figure((budget.years or {})[year.title]), terms.currency)
    case = simulation.case
    monthly = read_formula(budget.formula).compute(expected_values(case), case.term)
    wide = np.broadcast_to(monthly, (1, case.months))[0]
    return as_money(float(wide[[month - 1 for month in year.months]].sum()), terms.currency)


def _of_lines(
    terms: CaseTerms, simulation: Simulation, option: str, year: FiscalYear
) -> Iterator[Step]:
    """Yield what falls away, then what changes, then what is new; a key on both sides is one."""
    old, new = (_lines(simulation, side, year, terms) for side in (terms.baseline, option))
    for name, (title, amount) in old.items():
        if name not in new:
            yield Step(title, name, -amount)
    for name, (title, amount) in old.items():
        if name in new:
            yield Step(title, name, new[name][1] - amount)
    for name, (title, amount) in new.items():
        if name not in old:
            yield Step(title, name, amount)


def _lines(
    simulation: Simulation, option: str, year: FiscalYear, terms: CaseTerms
) -> dict[str, tuple[str, Money]]:
    run = simulation.options[option]
    return {
        line.id.removeprefix(f"{option}."): (line.title, _sum(run.lines[line.id], year, terms))
        for line in run.option.lines
    }


def _closed(steps: list[Step], whole: Money, currency: str) -> list[Step]:
    """Return steps that add up: the cents that rounding left go to the largest of them."""
    left = whole - total((step.amount for step in steps), currency)
    if not steps or not left:
        return steps
    place = max(range(len(steps)), key=lambda one: abs(steps[one].amount.amount))
    closed = list(steps)
    closed[place] = replace(steps[place], amount=steps[place].amount + left)
    return closed


def _sum(cash: Array, year: FiscalYear, terms: CaseTerms) -> Money:
    return as_money(float(cash[year.places].sum()), terms.currency)
