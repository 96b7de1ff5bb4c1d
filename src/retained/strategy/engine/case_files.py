"""Reading and writing a business case as YAML, and its model.

In   the text of a file
Out  the case, or every remark about it at once; its model; the text again
Why  docs/reference/case.md
"""

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from typing import Any

import yaml
from pydantic import ValidationError

from retained.shared import yaml_lines
from retained.shared.remarks import Place, Remark, Severity
from retained.shared.written import Written, refusals
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


def read_case(text: str, *, name: str = "case.yaml") -> CaseTerms:
    """Return the case that a YAML text writes; raises CaseRefusedError with every remark."""
    try:
        document, lines = yaml_lines.load(text, name=name)
    except yaml_lines.TooManyValuesError as error:
        sentence = (
            f"The file holds too many values: a case has at most {MOST_DRIVERS} assumptions and "
            f"{MOST_LINES} lines."
        )
        raise CaseRefusedError([replace(error.remark, sentence=sentence)]) from error
    except yaml_lines.YamlError as error:
        raise CaseRefusedError([error.remark]) from error
    if not isinstance(document, dict):
        sentence = f"This holds no case: begin with “schema: {SCHEMA}”."
        raise CaseRefusedError([Remark(Severity.ERROR, "case", sentence, Place(file=name))])
    try:
        return CaseTerms.model_validate(document)
    except ValidationError as error:
        raise CaseRefusedError(refusals(error, Written("case", name, lines))) from error


def write_case(terms: CaseTerms) -> str:
    """Return the case as YAML; reading it gives an equal case."""
    return yaml.safe_dump(terms.as_document(), sort_keys=False, allow_unicode=True, width=100)


def case_schema() -> str:
    """Return the JSON Schema (2020-12) of a case, as its file holds it."""
    schema: dict[str, Any] = CaseTerms.model_json_schema(by_alias=True, mode="validation")
    whole = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": SCHEMA,
        **schema,
        "title": "Business case",
    }
    return json.dumps(whole, indent=2, ensure_ascii=False) + "\n"


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
