"""The board pack of a business case: a tagged PDF that says in words first what the case says.

It comes from the result of a run and the signatures alone: the same values give the same bytes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from retained.pages.cells import number
from retained.pages.chart_svg import chart_svg
from retained.pages.charts import Chart
from retained.pages.pdf import pdf_bytes
from retained.shared.days import day_in_words, short_day
from retained.strategy import case_words as words
from retained.strategy import pictures
from retained.strategy.engine.break_even import BreakEven
from retained.strategy.engine.case_terms import AssumptionTerms
from retained.strategy.engine.results import RULE_VERSION, CaseResult, OptionResult, break_evens

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
    result: CaseResult,
    *,
    signatures: Sequence[Signature],
    at: datetime,
    evens: Mapping[str, Sequence[BreakEven]] | None = None,
) -> bytes:
    """Return the board pack of a case; without signatures it is a draft, and says so.

    `evens` are the break-evens of each option, where somebody has worked them out already: it
    takes some seconds.
    """
    found = evens or {one.id: list(break_evens(result, one.id)) for one in result.options}
    return pdf_bytes(_TEMPLATE, _values(result, signatures, found, at), at=at)


def _values(
    result: CaseResult,
    signatures: Sequence[Signature],
    evens: Mapping[str, Sequence[BreakEven]],
    at: datetime,
) -> dict[str, Any]:
    """Return everything that the template shows, as texts."""
    terms, simulation = result.terms, result.simulation
    state = "signed" if signatures else "DRAFT, NOT SIGNED"
    return {
        "title": f"{terms.title}: business case",
        "subtitle": f"{terms.reference} · {terms.months} months from {terms.first_month.title} · "
        f"in {terms.currency} · {state}",
        "seal": f"{terms.reference} · {simulation.draws:,} draws, seed {simulation.seed}, "
        f"rules {RULE_VERSION}",
        "compared": words.compared_words(result),
        "rests_on": result.rests_on,
        "options": [_option(result, one, evens.get(one.id, ())) for one in result.options],
        "lines": _picture(pictures.lines_chart(result)),
        "assumptions": [
            _assumption(words.driver_title(result, name), one)
            for name, one in terms.assumptions.items()
        ],
        "signatures": [_signature(one) for one in signatures],
        "facts": _facts(result, at),
    }


def _option(result: CaseResult, option: OptionResult, evens: Sequence[BreakEven]) -> dict[str, Any]:
    value = option.value
    figures = (value.p10, value.p50, value.p90, value.worst, value.mean)
    return {
        "title": option.title,
        "saving": words.saving_words(result, option),
        "chance": words.chance_words(option),
        "means": words.means_words(result, option),
        "matters": words.matters_words(result, option),
        "evens": words.even_words(result, evens),
        "figures": [
            option.title,
            *(number(round(one)) for one in figures),
            words.percent_words(value.chance),
            "never" if option.payback.median is None else str(option.payback.median),
        ],
        "fan": _picture(pictures.fan_chart(result, option)),
        "years": _picture(pictures.years_chart(result, option)),
        "tornado": _picture(pictures.tornado_chart(result, option)) if option.matters else False,
    }


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


def _assumption(title: str, terms: AssumptionTerms) -> list[str]:
    origin = ", ".join(
        part for part in (terms.source, short_day(terms.on) if terms.on else "") if part
    )
    return [
        title,
        words.given_words(terms),
        terms.unit,
        origin or "none named",
        terms.owner or "nobody",
        "prior" if terms.prior else "own",
    ]


def _signature(one: Signature) -> dict[str, str]:
    return {
        "name": one.name,
        "on": day_in_words(one.on),
        "option": one.option,
        "reasons": one.reasons,
        "conditions": one.conditions or "none",
    }


def _facts(result: CaseResult, at: datetime) -> list[list[str]]:
    simulation = result.simulation
    return [
        [
            "Draws",
            f"{simulation.draws:,}, from seed {simulation.seed}: the same give the same pack",
        ],
        ["Rules", RULE_VERSION],
        ["Discount", f"{result.terms.discount} a year, each amount counted at its month’s end"],
        ["Assumptions", result.rests_on],
        ["Written", f"{day_in_words(at)}, {at:%H:%M %Z}"],
    ]
