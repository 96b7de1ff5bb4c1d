"""A quick result: what a case gives with some assumptions at another value, while somebody waits.

In   the case as it was written, and figures by assumption
Out  value, chance, payback and fiscal years of each option, over few draws
Why  docs/methods/business-case.md

The draws of all other assumptions stay what they are, so that two results of the same seed differ
by what was changed and not by chance.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from retained.shared.money import Money
from retained.shared.remarks import Place, Remark, Severity
from retained.strategy.engine.case_files import model_of
from retained.strategy.engine.case_terms import CaseTerms, figure
from retained.strategy.engine.cases import Case, CaseRefusedError
from retained.strategy.engine.outcomes import Payback, payback_of, value_of
from retained.strategy.engine.result_figures import ValueFigures, value_figures
from retained.strategy.engine.results import (
    DEFAULT_SEED,
    Year,
    as_money,
    must_make_sense,
    years_of,
)
from retained.strategy.engine.simulation import Simulation, expected, simulate

QUICK_DRAWS = 10_000


@dataclass(frozen=True, slots=True)
class QuickOption:
    """An option against the baseline, as far as a moved slider shows it."""

    id: str
    title: str
    at_means: Money
    value: ValueFigures
    payback: Payback
    years: tuple[Year, ...]


def quick_result(
    terms: CaseTerms,
    changes: Mapping[str, str],
    *,
    decided: Mapping[str, str] | None = None,
    draws: int = QUICK_DRAWS,
    seed: int = DEFAULT_SEED,
) -> tuple[QuickOption, ...]:
    """Return what each option gives where assumptions have these figures (“80000”, “3 %”).

    `decided` names another way for some of its decisions.
    Raises CaseRefusedError for a figure that cannot be read or an assumption that is not there.
    """
    case = holding(model_of(terms, decided), changes)
    simulation, fixed = simulate(case, draws=draws, seed=seed), expected(case)
    must_make_sense(simulation, terms)
    return tuple(_option(simulation, fixed, terms, one.id) for one in case.others)


def holding(case: Case, changes: Mapping[str, str]) -> Case:
    """Return the case with assumptions at these figures, whatever they were; all else stays."""
    held, remarks = dict(case.held), []
    for name, text in changes.items():
        try:
            held[name] = figure(text)
        except ValueError as error:
            place = Place(column=name)
            remarks.append(Remark(Severity.ERROR, "case", f"{_begun(str(error))}.", place))
    if remarks:
        raise CaseRefusedError(remarks)
    return replace(case, held=held)


def _option(simulation: Simulation, fixed: Simulation, terms: CaseTerms, name: str) -> QuickOption:
    return QuickOption(
        id=name,
        title=terms.options[name].title,
        at_means=as_money(float(fixed.saving(name)[0]), terms.currency),
        value=value_figures(value_of(simulation.saving(name)), terms.currency),
        payback=payback_of(simulation.saving_by_month(name)),
        years=years_of(simulation, terms, name),
    )


def _begun(words: str) -> str:
    return words[:1].upper() + words[1:].rstrip(".")
