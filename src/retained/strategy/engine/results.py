"""The result of a case as people and machines read it: money and words for each option.

In   a simulation, and the case as it was written
Out  figures for each option against the baseline, by fiscal year, and what they rest on
Why  docs/methods/business-case.md
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from retained.shared.errors import DomainError
from retained.shared.money import Money
from retained.shared.remarks import Place, Remark, Severity
from retained.strategy.engine.break_even import DRAWS as EVEN_DRAWS
from retained.strategy.engine.break_even import BreakEven, even_in
from retained.strategy.engine.case_terms import CaseTerms
from retained.strategy.engine.cases import CaseRefusedError
from retained.strategy.engine.formulas.tree import Array
from retained.strategy.engine.frozen import FrozenDraws
from retained.strategy.engine.outcomes import (
    Payback,
    Swing,
    Value,
    payback_of,
    value_of,
    what_matters,
)
from retained.strategy.engine.simulation import Simulation, discount_factors, expected
from retained.strategy.engine.sources import Once

RULE_VERSION = "retained/strategy/1"
DEFAULT_DRAWS = 100_000
DEFAULT_SEED = 1
MOST_AMOUNT = 1e20  # of a line in a month, in any currency: what the world makes in a year is less
_MOST_MONEY = 1e24  # what twenty-eight digits hold to the smallest coin


@dataclass(frozen=True, slots=True)
class Year:
    """What an option costs and saves in one fiscal year, on the mean of all draws.

    `months` of the term fall in the year; `run_rate` is the saving of a full year at the pace of
    its last month.
    """

    title: str
    months: int
    cost: Money
    saving: Money
    run_rate: Money


@dataclass(frozen=True)
class OptionResult:
    """An option against the baseline."""

    id: str
    title: str
    at_means: Money
    value: Value
    payback: Payback
    years: tuple[Year, ...]
    matters: tuple[Swing, ...]
    lines: dict[str, Money]  # the present cost of each line, on the mean


@dataclass(frozen=True)
class CaseResult:
    """Everything that a run of a case gives."""

    terms: CaseTerms
    simulation: Simulation
    options: tuple[OptionResult, ...]

    @property
    def rests_on(self) -> str:
        """How many of the assumptions are priors, in a sentence."""
        count, priors = len(self.terms.assumptions), self.terms.priors
        if not priors:
            return f"All {count} assumptions are your own."
        verb = "is a prior" if priors == 1 else "are priors"
        return f"{priors} of {count} assumptions {verb}, not yours."


def run_case(simulation: Simulation, terms: CaseTerms) -> CaseResult:
    """Return the result of a simulation of a case; raises CaseRefusedError for what cannot be."""
    must_make_sense(simulation, terms)
    fixed = expected(simulation.case)
    options = tuple(
        _option_result(simulation, fixed, terms, one.id) for one in simulation.case.others
    )
    return CaseResult(terms, simulation, options)


def must_make_sense(simulation: Simulation, terms: CaseTerms) -> None:
    """Raise CaseRefusedError for fewer people than none, and amounts beyond all counting."""
    remarks = [*_too_few_people(simulation, terms), *_absurd_amounts(simulation)]
    if remarks:
        raise CaseRefusedError(remarks)


def _too_few_people(simulation: Simulation, terms: CaseTerms) -> Iterator[Remark]:
    for name, found in sorted(simulation.too_few.items()):
        sentence = (
            f"“{terms.assumptions[name].title or name}” is below 0 in "
            f"{found.draws / simulation.draws:.1%} of the draws, at the lowest {found.lowest:.4g}: "
            "there cannot be fewer people than none. Give it a distribution that ends at 0 or "
            "above, or write max(0, ...) in its formula."
        )
        yield Remark(Severity.ERROR, "case", sentence, Place(column=name))


def _absurd_amounts(simulation: Simulation) -> Iterator[Remark]:
    currency = simulation.case.currency
    for option, run in simulation.options.items():
        for line in run.option.lines:
            largest = float(np.abs(run.lines[line.id]).max())
            if largest > MOST_AMOUNT:
                sentence = (
                    f"The line “{line.title}” comes to {largest:.1e} {currency} in a month on the "
                    "mean, more than all the money there is. Look at the assumptions in its "
                    "formula: a ratio written without its %, a growth that is taken to a high "
                    "power, or a figure for a year that counts each month."
                )
                name = line.id.removeprefix(f"{option}.")
                where = Place(column=f"options.{option}.lines.{name}.formula")
                yield Remark(Severity.ERROR, "case", sentence, where)


def break_evens(result: CaseResult, option: str) -> Iterator[BreakEven]:
    """Yield for each driver with a single value where the option would just pay."""
    case = result.simulation.case
    frozen = FrozenDraws(case, draws=EVEN_DRAWS, seed=result.simulation.seed)
    for driver in case.drivers:
        if isinstance(driver.source, Once):
            yield even_in(frozen, case, option, driver.id)


def as_money(amount: float, currency: str) -> Money:
    """Return an amount of a simulation as money, in whole cents.

    Raises DomainError for an amount that has more digits than money is counted in.
    """
    if not abs(amount) < _MOST_MONEY:  # so that it holds for what is no number too
        raise DomainError(
            f"This case comes to an amount of {amount:.1e} {currency}, which no money can be "
            "counted in. Look at its assumptions: in some draws one of them is far off, such as "
            "a ratio written without its %, or a spread of many times its mean."
        )
    return Money(Decimal(repr(float(amount))), currency).rounded()


def present_lines(simulation: Simulation, option: str) -> dict[str, Money]:
    """Return what each line of an option costs at the start, on the mean of all draws."""
    case = simulation.case
    factors = discount_factors(case.discount, case.months)
    return {
        name: as_money(float(np.sum(cash * factors)), case.currency)
        for name, cash in simulation.options[option].lines.items()
    }


def _option_result(
    simulation: Simulation, fixed: Simulation, terms: CaseTerms, option: str
) -> OptionResult:
    currency = simulation.case.currency
    run = simulation.options[option]
    by_month = simulation.saving_by_month(option)
    return OptionResult(
        id=option,
        title=run.option.title,
        at_means=as_money(float(fixed.saving(option)[0]), currency),
        value=value_of(simulation.saving(option)),
        payback=payback_of(by_month),
        years=years_of(simulation, terms, option),
        matters=tuple(what_matters(simulation, option)),
        lines=present_lines(simulation, option),
    )


def years_of(simulation: Simulation, terms: CaseTerms, option: str) -> tuple[Year, ...]:
    """Return the fiscal years of the term; what is paid at the start belongs to the first."""
    return tuple(_years(simulation, terms, option))


def _years(simulation: Simulation, terms: CaseTerms, option: str) -> Iterator[Year]:
    cost = simulation.options[option].cash
    saving = simulation.options[simulation.case.baseline].cash - cost
    for year in terms.fiscal_years:
        yield Year(
            title=year.title,
            months=len(year.months),
            cost=_sum(cost, year.places, terms.currency),
            saving=_sum(saving, year.places, terms.currency),
            run_rate=as_money(float(saving[year.months[-1]]) * 12, terms.currency),
        )


def _sum(cash: Array, places: Sequence[int], currency: str) -> Money:
    return as_money(float(cash[list(places)].sum()), currency)
