"""The board pack of a business case: a tagged PDF that says in words first what the case says.

It comes from the figures of a run, the terms behind them and the signatures alone: the same values
give the same bytes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from retained.pages.cells import number
from retained.pages.chart_svg import chart_svg
from retained.pages.charts import Chart
from retained.pages.pdf import pdf_bytes
from retained.shared.days import day_in_words, short_day
from retained.shared.money import Money, minor_digits
from retained.strategy import case_words, pictures
from retained.strategy import pack_words as words
from retained.strategy.engine.budget_bridge import Bridge
from retained.strategy.engine.case_terms import CaseTerms
from retained.strategy.engine.cases import SIGNATURES
from retained.strategy.engine.decisions import Effect
from retained.strategy.engine.result_figures import OptionFigures, ResultFigures

_TEMPLATE = "strategy/templates/strategy/case.typ"
_HEIGHTS = {"large": 310, "medium": 260, "small": 180}
_BAR, _AROUND_BARS = 30, 90


@dataclass(frozen=True, slots=True)
class Signature:
    """Who stands behind which option of the case, since when, why, and on what conditions."""

    name: str
    on: date
    option: str
    reasons: str
    conditions: str = ""


def case_pdf(
    figures: ResultFigures,
    terms: CaseTerms,
    *,
    signatures: Sequence[Signature],
    at: datetime,
    confirmed: str = "",
) -> bytes:
    """Return the board pack of a case; until two people signed it is a draft, and says so.

    `terms` are those that the figures were drawn from; `confirmed` says how many of their
    assumptions somebody stands behind, which a file alone does not know.
    """
    values = _values(figures, terms, signatures, at)
    values["rests_on"] = f"{figures.rests_on} {confirmed}".rstrip()
    return pdf_bytes(_TEMPLATE, values, at=at)


def _values(
    figures: ResultFigures, terms: CaseTerms, signatures: Sequence[Signature], at: datetime
) -> dict[str, Any]:
    """Return everything that the template shows, as texts."""
    return {
        "title": f"{figures.title}: business case",
        "subtitle": f"{figures.reference} · {figures.months} months from "
        f"{figures.first_month.title} · in {figures.currency} · {_state(len(signatures))}",
        "seal": f"{figures.reference} · {figures.draws:,} draws, seed {figures.seed}, "
        f"rules {figures.rules}",
        "compared": words.compared_words(figures, terms),
        "decided": words.decided_words(figures, terms),
        "options": [_option(figures, one, terms) for one in figures.options],
        "lines": _picture(pictures.lines_chart(figures)),
        "assumptions": [_assumption(key, figures, terms) for key in terms.assumptions],
        "signatures": [_signature(one) for one in signatures],
        "facts": _facts(figures, terms, at),
    }


def _state(signatures: int) -> str:
    if signatures >= SIGNATURES:
        return "signed"
    return f"DRAFT, SIGNED BY {signatures} OF {SIGNATURES}" if signatures else "DRAFT, NOT SIGNED"


def _option(figures: ResultFigures, option: OptionFigures, terms: CaseTerms) -> dict[str, Any]:
    value = option.value
    amounts = (value.p10, value.p50, value.p90, value.worst, value.mean)
    return {
        "title": option.title,
        "saving": case_words.saving_sentence(option, figures.months),
        "ranges": case_words.range_sentence(option),
        "means": words.means_words(option),
        "matters": words.matters_words(option),
        "exit": case_words.exit_sentence(option.exit, figures.draws) if option.exit else "",
        "evens": words.even_lines(option, terms),
        "figures": [
            option.title,
            *(number(one.amount) for one in amounts),
            words.percent_words(value.chance),
            "never" if option.payback.median is None else str(option.payback.median),
        ],
        "fan": _picture(pictures.fan_chart(figures, option)),
        "years": _picture(pictures.years_chart(figures, option)),
        "tornado": _picture(pictures.tornado_chart(figures, option)) if option.matters else False,
        **_beside(option, terms),
    }


def _beside(option: OptionFigures, terms: CaseTerms) -> dict[str, Any]:
    """Return what an option says beside its saving: decisions, budget, goals and people."""
    return {
        "decisions": [_effect(one) for one in option.decisions],
        "bridge": [_bridge(one) for one in option.bridge] if terms.budget else [],
        "benefits": [
            [one.goal, one.words, case_words.benefit_size(one)] for one in option.benefits
        ],
        "freed": [[one.who, case_words.freed_size(one), one.where] for one in option.freed],
    }


def _effect(one: Effect) -> list[str]:
    moved, error = (number(money.amount) for money in (one.moved, one.error))
    other = f"{one.way_title} instead of {one.instead_of}"
    return [one.title, other, moved, error, words.percent_words(one.chance)]


def _bridge(one: Bridge) -> dict[str, Any]:
    """Return a fiscal year from its budget to its cost: it adds up to the cent."""
    steps = [[step.title, _exact(step.amount)] for step in one.steps]
    return {
        "year": one.year,
        "rows": [["Budget", _exact(one.budget)], *steps, ["Cost", _exact(one.cost)]],
        "run_rate": f"At the pace of its last month {case_words.amount(one.run_rate)} are saved "
        "a year.",
    }


def _exact(money: Money) -> str:
    return number(money.amount, minor_digits(money.currency))


def _picture(chart: Chart) -> dict[str, Any]:
    """Return a picture with what it says and the table behind it."""
    return {
        "svg": chart_svg(chart, height=_height(chart)),
        "sentence": chart.sentence,
        "header": list(chart.header),
        "rows": [list(row) for row in chart.rows],
    }


def _height(chart: Chart) -> int:
    """Return how high a picture is drawn: lying bars have room for two lines of words each."""
    labels = chart.option["yAxis"].get("data")
    return _AROUND_BARS + _BAR * len(labels) if labels else _HEIGHTS[chart.size]


def _assumption(key: str, figures: ResultFigures, terms: CaseTerms) -> list[str]:
    one = terms.assumptions[key]
    origin = ", ".join(part for part in (one.source, short_day(one.on) if one.on else "") if part)
    return [
        case_words.named(one.title, key),
        words.given_words(key, figures, terms),
        one.unit,
        origin or "none named",
        one.owner or "nobody",
        "prior" if one.prior else "own",
    ]


def _signature(one: Signature) -> dict[str, str]:
    return {
        "name": one.name,
        "on": day_in_words(one.on),
        "option": one.option,
        "reasons": one.reasons,
        "conditions": one.conditions or "none",
    }


def _facts(figures: ResultFigures, terms: CaseTerms, at: datetime) -> list[list[str]]:
    return [
        ["Draws", f"{figures.draws:,}, from seed {figures.seed}: the same give the same pack"],
        ["Rules", figures.rules],
        ["Discount", f"{terms.discount} a year, each amount counted at its month’s end"],
        ["Assumptions", figures.rests_on],
        ["Written", f"{day_in_words(at)}, {at:%H:%M %Z}"],
    ]
