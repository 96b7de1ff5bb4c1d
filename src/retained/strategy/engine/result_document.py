"""A result as a document of plain values: what is stored of a run, and what pages show from it.

In   a result, or a document that one was written as
Out  the document, its one text, and its figures again as money and numbers
Why  docs/methods/business-case.md

The same case, draws, seed and rules give the same bytes: money is written in whole cents, as text,
and ratios are rounded far below what the draws can tell.
"""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from retained.shared.months import Month
from retained.strategy.engine.case_files import model_of
from retained.strategy.engine.case_terms import CaseTerms
from retained.strategy.engine.cases import Case
from retained.strategy.engine.decisions import effects, ways_by_decision
from retained.strategy.engine.option_document import (
    lines_document,
    number,
    option_document,
    read_lines,
    read_option,
)
from retained.strategy.engine.result_figures import ResultFigures
from retained.strategy.engine.results import RULE_VERSION, CaseResult

SCHEMA = "retained/case-result/1"


def result_document(result: CaseResult) -> dict[str, Any]:
    """Return everything that a result says, as plain values."""
    terms, simulation, moved = result.terms, result.simulation, effects(result)
    return {
        "schema": SCHEMA,
        "rules": RULE_VERSION,
        "case": {
            "reference": terms.reference,
            "title": terms.title,
            "currency": terms.currency,
            "from": terms.start,
            "months": terms.months,
            "discount": terms.discount,
        },
        "draws": simulation.draws,
        "seed": simulation.seed,
        "held": {name: number(value) for name, value in sorted(simulation.case.held.items())},
        "decided": ways_by_decision(terms, simulation.case.decided),
        "rests_on": {
            "assumptions": len(terms.assumptions),
            "priors": terms.priors,
            "sentence": result.rests_on,
        },
        "baseline": {
            "id": terms.baseline,
            "title": terms.options[terms.baseline].title,
            "lines": lines_document(result, terms.baseline),
        },
        "options": [option_document(result, one, moved) for one in result.options],
    }


def canonical(document: Mapping[str, Any]) -> str:
    """Return the text of a document: the same values always give the same bytes."""
    return json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def result_figures(result: CaseResult) -> ResultFigures:
    """Return the figures of a result as they are stored and shown."""
    return read_result(result_document(result))


def read_result(document: Mapping[str, Any]) -> ResultFigures:
    """Return the figures of a document that `result_document` gave, also of one read from JSON."""
    case, rests_on, baseline = document["case"], document["rests_on"], document["baseline"]
    currency = case["currency"]
    return ResultFigures(
        reference=case["reference"],
        title=case["title"],
        currency=currency,
        first_month=Month.parse(case["from"]),
        months=case["months"],
        draws=document["draws"],
        seed=document["seed"],
        rules=document["rules"],
        held=document["held"],
        decided=document["decided"],
        assumptions=rests_on["assumptions"],
        priors=rests_on["priors"],
        rests_on=rests_on["sentence"],
        baseline=baseline["id"],
        baseline_title=baseline["title"],
        baseline_lines=read_lines(baseline["lines"], currency),
        options=tuple(read_option(one, currency) for one in document["options"]),
    )


def case_behind(figures: ResultFigures, terms: CaseTerms) -> Case:
    """Return the model that figures were drawn from: their terms, as decided and held then.

    A document keeps some digits of what was held; what a decision holds counts as it is written.
    """
    case = model_of(terms, figures.decided)
    written = case.held
    held = {
        name: written[name] if name in written and number(written[name]) == value else value
        for name, value in figures.held.items()
    }
    return replace(case, held=held)
