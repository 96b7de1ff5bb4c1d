"""What each line of each option costs: one-off or running, over the term and as of its start.

In   the result of a case
Out  the lines of every option with their amounts on the mean of all draws, the dearest first
Why  docs/methods/business-case.md
"""

from dataclasses import dataclass

import numpy as np

from retained.shared.money import Money
from retained.strategy.engine.case_terms import LineTerms
from retained.strategy.engine.results import CaseResult, as_money
from retained.strategy.engine.simulation import discount_factors


@dataclass(frozen=True, slots=True)
class LineCost:
    """A line with tax and rate: `present` is worth so much at the start, `paid` is the plain sum.

    Below nothing, a line is an income.
    """

    option: str
    title: str
    terms: LineTerms
    present: Money
    paid: Money


def line_costs(result: CaseResult) -> dict[str, tuple[LineCost, ...]]:
    """Return the lines of each option, the baseline's among them, by the option's id."""
    return {key: _of_option(result, key) for key in result.terms.options}


def _of_option(result: CaseResult, key: str) -> tuple[LineCost, ...]:
    terms, run = result.terms, result.simulation.options[key]
    factors = discount_factors(result.simulation.case.discount, terms.months)
    titles = {line.id: line.title for line in run.option.lines}
    found = []
    for name, line in terms.options[key].lines.items():
        cash = run.lines[f"{key}.{name}"]
        found.append(
            LineCost(
                option=key,
                title=titles[f"{key}.{name}"],
                terms=line,
                present=as_money(float(np.sum(cash * factors)), terms.currency),
                paid=as_money(float(cash.sum()), terms.currency),
            )
        )
    return tuple(sorted(found, key=lambda one: (-one.present.amount, one.title)))
