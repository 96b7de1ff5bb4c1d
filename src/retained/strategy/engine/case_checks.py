"""Whether the names in a case lead somewhere: of assumptions, lines, options, rates and years.

In   a case whose fields are each right by themselves
Out  everything that is wrong with them together, each with its field
Why  docs/reference/case.md
"""

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING

from retained.shared.placed import FieldError
from retained.strategy.engine.decision_terms import faults_of_decisions
from retained.strategy.engine.formulas.reading import CALENDAR, is_name, read_formula
from retained.strategy.engine.option_terms import faults_of_budget, faults_of_exit
from retained.strategy.engine.streams import ring_of, ring_sentence

if TYPE_CHECKING:
    from retained.strategy.engine.case_terms import CaseTerms


def faults_of_names(terms: "CaseTerms") -> Iterator[FieldError]:
    """Yield everything that is wrong with the names of a case."""
    yield from _of_names(terms)
    yield from _of_formulas(terms)
    yield from _of_rings(terms)
    yield from _of_others(terms)
    yield from _of_more(terms)


def _of_names(terms: "CaseTerms") -> Iterator[FieldError]:
    for name in terms.assumptions:
        if not is_name(name):
            sentence = f"“{name}” cannot be a driver: use small letters, digits and _"
            yield FieldError(sentence, "assumptions", name)
    if terms.baseline not in terms.options:
        yield FieldError(f"“{terms.baseline}” is no option of this case", "baseline")


def _of_formulas(terms: "CaseTerms") -> Iterator[FieldError]:
    known = terms.assumptions.keys() | CALENDAR
    for name, one in terms.assumptions.items():
        yield from _unknown(one.names, known, "assumptions", name, one.kind)
    for key, option in terms.options.items():
        for name, line in option.lines.items():
            found = read_formula(line.formula).names
            yield from _unknown(found, known, "options", key, "lines", name, "formula")


def _of_rings(terms: "CaseTerms") -> Iterator[FieldError]:
    ring = ring_of({name: one.names for name, one in terms.assumptions.items()})
    if ring:
        yield FieldError(ring_sentence(ring), "assumptions", ring[0])


def _of_others(terms: "CaseTerms") -> Iterator[FieldError]:
    known = terms.assumptions.keys()
    for place, (first, second, _) in enumerate(terms.together):
        for name in (first, second):
            yield from _unknown({name}, known, "together", place)
    for currency, rate in terms.rates.items():
        yield from _unknown({rate.assumption}, known, "rates", currency, "assumption")
        one = terms.assumptions.get(rate.assumption)
        if one is not None and one.on is None:
            sentence = (
                f"the rate of {currency} has no day: say of which day it is, such as 2026-11-03"
            )
            yield FieldError(sentence, "assumptions", rate.assumption, "on")
    for key, option in terms.options.items():
        for name, line in option.lines.items():
            if line.currency not in {None, terms.currency, *terms.rates}:
                sentence = f"{line.currency} has no rate: give one under rates"
                yield FieldError(sentence, "options", key, "lines", name, "currency")


def _of_more(terms: "CaseTerms") -> Iterator[FieldError]:
    known = terms.assumptions.keys() | CALENDAR
    lines = frozenset(f"{key}.{name}" for key, one in terms.options.items() for name in one.lines)
    yield from faults_of_decisions(terms.decisions, terms.assumptions, lines)
    for key, option in terms.options.items():
        if option.exit is not None:
            found = faults_of_exit(
                option.exit, key, options=terms.options, known=known, months=terms.months
            )
            yield from _below(found, "options", key)
    if terms.budget is not None:
        years = [year.title for year in terms.fiscal_years]
        yield from _below(faults_of_budget(terms.budget, years=years, known=known), "budget")


def _unknown(
    names: Collection[str], known: Collection[str], *path: str | int
) -> Iterator[FieldError]:
    for name in sorted(set(names) - set(known)):
        yield FieldError(f"“{name}” is no assumption of this case", *path)


def _below(found: Iterator[FieldError], *path: str) -> Iterator[FieldError]:
    """Yield errors of a part, seen from the whole."""
    for error in found:
        yield FieldError(error.sentence, *path, *error.path)
