"""The board pack says in words first what the case says, and who signed."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from io import BytesIO

import pytest
from pypdf import PdfReader

from retained.strategy import case_words
from retained.strategy import pack_words as words
from retained.strategy.case_pdf import Signature, case_pdf
from retained.strategy.engine.case_terms import AssumptionTerms
from retained.strategy.engine.result_document import result_figures
from retained.strategy.engine.result_figures import ResultFigures
from retained.strategy.engine.results import CaseResult
from strategy.case_texts import (
    example,
    example_figures,
    figures_with_decisions,
    run_text,
    sure,
    with_decisions,
)

AT = datetime(2026, 11, 9, 8, 30, tzinfo=UTC)
SIGNED = [
    Signature("Anouk Visser", date(2026, 11, 2), "Brightdesk", "It is no edge of ours.", "A cap."),
    Signature("Jeroen Kuipers", date(2026, 11, 5), "Brightdesk", "Two people can steer it."),
]


def pack(
    result: CaseResult,
    figures: ResultFigures | None = None,
    signatures: Sequence[Signature] = (),
) -> bytes:
    figures = figures or result_figures(result)
    return case_pdf(figures, result.terms, signatures=signatures, at=AT)


def example_pack(signatures: Sequence[Signature] = ()) -> bytes:
    return pack(example(), example_figures(), signatures)


def plain(text: str) -> str:
    return " ".join(text.replace("\u00a0", " ").split())


def text_of(content: bytes, page: int | None = None) -> str:
    pages = PdfReader(BytesIO(content)).pages
    chosen = pages if page is None else [pages[page]]
    found = " ".join(one.extract_text() for one in chosen)
    return plain(found)


def test_the_first_page_says_what_is_saved_how_sure_and_what_it_rests_on() -> None:
    first = text_of(example_pack(), 0)
    option = example_figures().options[0]
    for said in (
        "Stay as we are is compared with Brightdesk over 36 months",
        case_words.saving_sentence(option, 36),
        case_words.range_sentence(option),
        words.matters_words(option),
        "3 of 14 assumptions are priors, not yours.",
        "DRAFT, NOT SIGNED",
    ):
        assert plain(said) in first


def test_what_would_have_to_be_true_stands_there_the_nearest_first() -> None:
    first = text_of(example_pack(), 0)
    lines = words.even_lines(example_figures().options[0], example().terms)
    assert len(lines) == 5
    places = [first.index(plain(line)) for line in lines]
    assert places == sorted(places)
    assert "The offer: 96,797 (+5 %) instead of 92,000, EUR a month" in first
    assert "What comes on top of a salary: 25.5 % (-20 %) instead of 31.8 %" in first
    assert "Work done twice" not in first


def test_break_evens_come_with_the_figures() -> None:
    assert "Fee: 98 (+9 %) instead of 90, EUR a month" in text_of(pack(sure()))


def test_years_lines_and_assumptions_stand_in_tables() -> None:
    said = text_of(example_pack())
    for row in ("2028 12", "Transition Brightdesk one-off", "42,000 to 51,000, most likely 46,000"):
        assert row in said
    assert said.count(" prior ") >= 3


def test_a_signed_pack_names_who_signed_why_and_on_what_conditions() -> None:
    said = text_of(example_pack(SIGNED))
    assert "DRAFT" not in said
    assert "Anouk Visser Signed for Brightdesk On 2 November 2026" in said
    assert "Reasons It is no edge of ours. Conditions A cap." in said
    assert "Conditions none" in said


def test_the_pack_is_tagged_and_its_pictures_have_words() -> None:
    read = PdfReader(BytesIO(example_pack()))
    root = read.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert "pdfuaid" in root["/Metadata"].get_object().get_data().decode("utf-8")
    assert read.metadata is not None
    assert read.metadata.title == "Service desk: business case"


def test_the_same_result_gives_the_same_bytes() -> None:
    assert example_pack(SIGNED) == example_pack(SIGNED)


def test_a_case_where_nothing_is_a_chance_has_a_pack_too() -> None:
    said = text_of(pack(sure()))
    assert "Every assumption is one figure for sure" in said
    assert (
        "saves anything at all in 100 of 100 draws; the money is back for good in month 3" in said
    )
    assert "100.0 %" in said


def test_an_option_that_saves_nothing_says_what_more_it_costs() -> None:
    result = run_text(
        """{schema: retained/case/1, reference: R, title: T, currency: EUR, from: 2026-01,
        months: 2, discount: 0 %, baseline: a, options: {a: {title: A, lines: {x: {formula: "1"}}},
        b: {title: B, lines: {x: {formula: "2"}}}}}"""
    )
    said = case_words.saving_sentence(result_figures(result).options[0], 2)
    assert said.startswith("On the mean it costs 2 EUR")
    assert "not back within the term" in said


def test_assumptions_are_told_as_they_are_given() -> None:
    for given, said in {
        "value": ("4200", "4,200"),
        "uniform": (["1 %", "5%"], "anything from 1 % to 5%"),
        "seen": (["90", "1000"], "as seen 2 times, 90 to 1,000"),
        "discrete": ({"0": "70 %", "1": "30 %"}, "0 at 70 %, 1 at 30 %"),
        "walk": (
            {"start": "0.9", "drift": "2 %", "volatility": "8 %"},
            "a path from 0.9, 8 % a year, drifting 2 % a year",
        ),
        "event": ({"chance": "5 %"}, "may happen once, 5 % a year from month 1"),
        "count": ("1 + 1", "a number around 1 + 1"),
        "formula": ("fee * 0.02", "= fee * 0.02"),
    }.items():
        terms = AssumptionTerms.model_validate({given: said[0]})
        assert plain(case_words.value_words(terms)) == said[1]
    each = AssumptionTerms.model_validate({"uniform": ["1", "2"], "each_month": True})
    assert case_words.value_words(each) == "anything from 1 to 2, each month anew"


def test_only_figures_that_are_written_in_percent_are_shown_so() -> None:
    for given, expected in (
        ({"value": "3 %"}, True),
        ({"triangular": ["0", "2 %", "4 %"]}, True),
        ({"discrete": {"0": "70 %", "10": "30 %"}}, False),
        ({"walk": {"start": "0.9", "volatility": "8 %"}}, False),
        ({"event": {"chance": "5 %"}}, False),
        ({"count": "volume * 0.02"}, False),
    ):
        assert case_words.is_percent(AssumptionTerms.model_validate(given)) is expected


def test_nothing_short_of_certain_is_shown_as_certain() -> None:
    shown = [plain(words.percent_words(one)) for one in (1, 0.9999, 0.76, 0.0001)]
    assert shown == ["100.0 %", "more than 99.9 %", "76.0 %", "less than 0.1 %"]
    of_100 = [case_words.of_a_hundred(one) for one in (1, 0.9999, 0.76, 0.0001, 0)]
    assert of_100 == ["100", "more than 99", "76", "fewer than 1", "0"]


def test_what_was_decided_and_what_stands_beside_the_money_is_said() -> None:
    figures = figures_with_decisions()
    said = text_of(pack(with_decisions(), figures))
    [option] = figures.options
    assert option.exit is not None
    for part in (
        "The figures rest on these decisions. Cap on the index: 3 % a year at most; "
        "The people of today: They leave by the plan.",
        case_words.exit_sentence(option.exit, figures.draws),
        "Cap on the index No cap instead of 3 % a year at most",
        "2025/26 Step Amount Budget 1,000,000.00 Staying, beside the budget",
        "Speed Somebody answers at night too 24 hours a day",
        "Data sovereignty Tickets are kept in another country 1 of 4",
        "Head of IT operations 30 hours a month from month 7 Network renewal",
        "held at 3 %",
    ):
        assert plain(part) in said


def test_a_right_seen_in_fewer_draws_than_the_option_names_them() -> None:
    [option] = figures_with_decisions().options
    right = option.exit
    assert right is not None
    alike, fewer = (
        plain(case_words.exit_sentence(right, draws)) for draws in (right.draws, right.draws + 1)
    )
    assert "on the mean: it is used" in alike
    assert f"on the mean, over the first {right.draws:,} draws: it is used" in fewer
    # Without the right, over the same draws, it saves what it saves in a run of so many.
    assert right.draws == figures_with_decisions().draws
    assert right.mean_without.minor == pytest.approx(option.value.mean.minor, abs=1)
    assert f"instead of {case_words.amount(option.value.mean)}, its worst" in alike


def test_a_budget_and_its_steps_add_up_to_the_cost() -> None:
    said = text_of(pack(with_decisions(), figures_with_decisions()))
    for year in figures_with_decisions().options[0].bridge:
        assert f"Cost {year.cost.amount:,}" in said
        assert year.budget.amount + sum(step.amount.amount for step in year.steps) == (
            year.cost.amount
        )


def test_a_case_without_decisions_says_nothing_of_them() -> None:
    said = text_of(example_pack())
    for absent in ("decision", "right to leave", "to the cent", "beside the money", "freed"):
        assert absent not in said


def test_one_of_two_signatures_leaves_it_a_draft() -> None:
    assert "DRAFT, SIGNED BY 1 OF 2" in text_of(example_pack(SIGNED[:1]), 0)
