"""A case tried: assumptions moved, another way decided, and what would come out then."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from retained.pages.request import Request, is_fragment
from retained.shared.errors import DomainError
from retained.strategy.access.cases import case_to_read
from retained.strategy.case_words import ValueWords, figure_words, is_percent, named
from retained.strategy.engine.case_terms import CaseTerms
from retained.strategy.engine.quick import QuickOption, quick_result
from retained.strategy.engine.sliders import Slider, sliders
from retained.strategy.queries import cases as queries
from retained.strategy.views.cases import case_context

_WAY = "way."  # before the name of a decision, so that it is no assumption's
_AT_ONCE = 10  # sliders in sight, those that move the saving most; the others are folded


@dataclass(frozen=True, slots=True)
class ShownSlider:
    """A slider with its words; `value` is where it stands."""

    slider: Slider
    title: str
    unit: str
    value: str
    words: str
    is_moved: bool


@dataclass(frozen=True, slots=True)
class ShownDecision:
    """A decision with its ways; `taken` is the key of the chosen one."""

    key: str
    title: str
    ways: list[tuple[str, str]]
    taken: str


@require_GET
def case_try(request: Request, reference: str) -> HttpResponse:
    """Show what would come out with some assumptions at other figures; the address holds them."""
    found = case_to_read(request.person, reference)
    version = queries.version_of(found)
    terms = queries.terms_written_in(version.document)
    run = queries.run_of(version)
    order = _most_telling(queries.result_written_in(run.document)) if run else []
    shown = [_slider(one, terms, request.GET) for one in sliders(terms, order)]
    decisions = [_decision(key, terms, request.GET) for key in terms.decisions]
    context = case_context(request, found, "try") | {
        "sliders": shown[:_AT_ONCE],
        "other_sliders": shown[_AT_ONCE:],
        "is_other_moved": any(one.is_moved for one in shown[_AT_ONCE:]),
        "decisions": decisions,
        "baseline_title": terms.options[terms.baseline].title,
        "is_moved": any(one.is_moved for one in shown)
        or any(one.taken != terms.decisions[one.key].now for one in decisions),
        **_answers(terms, shown, decisions),
    }
    page = "strategy/case_tried.html" if is_fragment(request) else "strategy/case_try.html"
    return render(request, page, context, status=422 if context["refusal"] else 200)


def _answers(
    terms: CaseTerms, shown: list[ShownSlider], decisions: list[ShownDecision]
) -> dict[str, Any]:
    """Return what comes out as the case stands, and as it was moved, over the same draws."""
    changes = {one.slider.key: one.value for one in shown if one.is_moved}
    decided = {one.key: one.taken for one in decisions}
    try:
        pairs = list(
            zip(
                quick_result(terms, {}),
                quick_result(terms, changes, decided=decided),
                strict=True,
            )
        )
    except DomainError as error:
        return {"pairs": [], "refusal": error.message}
    return {"pairs": [_pair(before, after) for before, after in pairs], "refusal": ""}


def _pair(before: QuickOption, after: QuickOption) -> dict[str, Any]:
    return {
        "title": after.title,
        "before": before,
        "was": ValueWords(before.value),
        "after": after,
        "now": ValueWords(after.value),
    }


def _most_telling(result: Any) -> list[str]:
    return [one.assumption for one in queries.best_of(result).matters]


def _slider(slider: Slider, terms: CaseTerms, asked: Mapping[str, str]) -> ShownSlider:
    one = terms.assumptions[slider.key]
    now = f"{slider.now:.10g}"
    value = asked.get(slider.key, "").strip() or now
    percent = is_percent(one)
    try:
        words = figure_words(float(value), is_percent=percent)
    except (ValueError, OverflowError):
        words = value
    return ShownSlider(slider, named(one.title, slider.key), one.unit, value, words, value != now)


def _decision(key: str, terms: CaseTerms, asked: Mapping[str, str]) -> ShownDecision:
    decision = terms.decisions[key]
    ways = [(way, named(one.title, way)) for way, one in decision.ways.items()]
    taken = asked.get(_WAY + key, "")
    return ShownDecision(
        key, named(decision.title, key), ways, taken if taken in decision.ways else decision.now
    )
