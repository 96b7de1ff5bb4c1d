"""Reading and writing a business case as YAML, and its model.

In   the text of a file
Out  the case, or every remark about it at once; its model; the text again
Why  docs/reference/case.md
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from typing import Any

from retained.shared.documents import DocumentKind, as_yaml, schema_text
from retained.shared.remarks import Place, Remark, Severity
from retained.strategy.engine.case_terms import (
    SCHEMA,
    CaseTerms,
    LineTerms,
    OptionTerms,
    Paid,
    figure,
    formula_of,
)
from retained.strategy.engine.cases import (
    MOST_DRIVERS,
    MOST_LINES,
    Case,
    CaseRefusedError,
    Exit,
    Line,
    Option,
    Tax,
)
from retained.strategy.engine.decision_terms import WayTerms
from retained.strategy.engine.formulas.reading import read_formula
from retained.strategy.engine.sources import Driver
from retained.strategy.engine.streams import Correlation

_KIND = DocumentKind(
    "case", SCHEMA, "Business case", CaseTerms, CaseRefusedError,
    too_many=f"The file holds too many values: a case has at most {MOST_DRIVERS} assumptions and "
    f"{MOST_LINES} lines.",
)  # fmt: skip


def read_case(
    text: str, *, name: str = "case.yaml", goals: Collection[str] | None = None
) -> CaseTerms:
    """Return the case that a YAML text writes; raises CaseRefusedError with every remark.

    `goals` are those that a benefit may name; without them any is taken, as a file alone has it.
    """
    return _KIND.read(text, name=name, context={"goals": goals})


def read_stored_case(text: str) -> CaseTerms:
    """Return the case of a text that `write_case` wrote, fast."""
    return _KIND.read_stored(text)


def case_of(document: Any, *, goals: Collection[str] | None = None) -> CaseTerms:
    """Return the case that a document of plain values holds; raises as `read_case`."""
    return _KIND.of(document, context={"goals": goals})


def write_case(terms: CaseTerms) -> str:
    """Return the case as YAML; reading it gives an equal case."""
    return as_yaml(terms.as_document())


def case_schema() -> str:
    """Return the JSON Schema (2020-12) of a case, as its file holds it."""
    return schema_text(_KIND.json_schema())


def model_of(terms: CaseTerms, decided: Mapping[str, str] | None = None) -> Case:
    """Return what is computed from a case; a line is named by its option and its own name.

    `decided` names another way for some decisions than the one that the case rests on.
    Raises CaseRefusedError for a decision or way that is not there.
    """
    ways = ways_taken(terms, decided or {})
    without = {line for way in ways for line in way.without}
    return Case(
        title=terms.title,
        currency=terms.currency,
        months=terms.months,
        discount=figure(terms.discount),
        options=tuple(
            _option(key, option, terms, without) for key, option in terms.options.items()
        ),
        baseline=terms.baseline,
        drivers=tuple(
            Driver(key, one.as_source(), one.counts_people)
            for key, one in terms.assumptions.items()
        ),
        correlations=tuple(
            Correlation(first, second, figure(strength))
            for first, second, strength in terms.together
        ),
        rates={currency: rate.assumption for currency, rate in terms.rates.items()},
        held={name: figure(held) for way in ways for name, held in way.hold.items()},
        decided=dict(decided or {}),
    )


def with_lines(case: Case, terms: CaseTerms, names: Collection[str]) -> Case:
    """Return the case with these lines, at nothing where the ways taken do without them."""
    there = {line.id for option in case.options for line in option.lines}
    options = []
    for option in case.options:
        more = (
            replace(_line(f"{option.id}.{name}", name, one, terms), formula=read_formula("0"))
            for name, one in terms.options[option.id].lines.items()
            if f"{option.id}.{name}" in set(names) - there
        )
        options.append(replace(option, lines=(*option.lines, *more)))
    return replace(case, options=tuple(options))


def ways_taken(terms: CaseTerms, decided: Mapping[str, str]) -> list[WayTerms]:
    """Return the way of each decision; raises CaseRefusedError."""
    remarks = [
        Remark(Severity.ERROR, "case", sentence, Place(column=key))
        for key, sentence in _undecided(terms, decided)
    ]
    if remarks:
        raise CaseRefusedError(remarks)
    return [one.ways[decided.get(key, one.now)] for key, one in terms.decisions.items()]


def _undecided(terms: CaseTerms, decided: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for key, way in decided.items():
        decision = terms.decisions.get(key)
        if decision is None:
            known = ", ".join(terms.decisions) or "it has none"
            yield key, f"“{key}” is no decision of this case: {known}."
        elif way not in decision.ways:
            yield key, f"“{way}” is no way of this decision: use {' or '.join(decision.ways)}."


def _option(key: str, option: OptionTerms, terms: CaseTerms, without: Collection[str]) -> Option:
    lines = (
        _line(f"{key}.{name}", name, one, terms)
        for name, one in option.lines.items()
        if f"{key}.{name}" not in without
    )
    return Option(key, option.title, tuple(lines), _exit(option, terms.months))


def _exit(option: OptionTerms, months: int) -> Exit | None:
    found = option.exit
    if found is None:
        return None
    last = found.until_month or months - 1
    dates = tuple(range(found.from_month, last + 1, found.every))
    return Exit(dates, read_formula(found.cost), found.to)


def _line(key: str, name: str, line: LineTerms, terms: CaseTerms) -> Line:
    tax = line.tax
    return Line(
        id=key,
        title=line.title or name.replace("_", " ").capitalize(),
        formula=formula_of(line),
        currency=line.currency or terms.currency,
        tax=Tax(figure(tax.rate), figure(tax.recovered)) if tax else Tax(),
        at_start=line.paid is Paid.AT_START,
    )
