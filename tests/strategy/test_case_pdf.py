"""The board pack says in words first what the case says, and who signed."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from io import BytesIO

from pypdf import PdfReader

from retained.strategy import case_words as words
from retained.strategy.case_pdf import Signature, case_pdf
from retained.strategy.engine.break_even import BreakEven
from retained.strategy.engine.case_terms import AssumptionTerms
from retained.strategy.engine.results import CaseResult
from strategy.case_texts import example, run_text, sure

AT = datetime(2026, 11, 9, 8, 30, tzinfo=UTC)
EVENS = {
    "offer": [
        BreakEven("dip", 0.1033, None),
        BreakEven("retained_people", 1.8333, 2.587),
        BreakEven("fee", 92000.0, 96796.95),
        BreakEven("on_cost", 0.318, 0.255),
    ]
}
SIGNED = [
    Signature("Anouk Visser", date(2026, 11, 2), "Brightdesk", "It is no edge of ours.", "A cap."),
    Signature("Jeroen Kuipers", date(2026, 11, 5), "Brightdesk", "Two people can steer it."),
]


def pack(
    result: CaseResult,
    signatures: Sequence[Signature] = (),
    evens: Mapping[str, Sequence[BreakEven]] | None = None,
) -> bytes:
    return case_pdf(result, signatures=signatures, at=AT, evens=evens)


def text_of(content: bytes, page: int | None = None) -> str:
    pages = PdfReader(BytesIO(content)).pages
    chosen = pages if page is None else [pages[page]]
    found = " ".join(one.extract_text() for one in chosen)
    return " ".join(found.replace("\u00a0", " ").split())


def test_the_first_page_says_what_is_saved_how_sure_and_what_it_rests_on() -> None:
    first = text_of(pack(example(), evens=EVENS), 0)
    option = example().options[0]
    for said in (
        "Stay as we are is compared with Brightdesk over 36 months",
        words.saving_words(example(), option),
        words.chance_words(option),
        words.matters_words(example(), option),
        "3 of 14 assumptions are priors, not yours.",
        "DRAFT, NOT SIGNED",
    ):
        assert " ".join(said.replace("\u00a0", " ").split()) in first


def test_what_would_have_to_be_true_stands_there_the_nearest_first() -> None:
    first = text_of(pack(example(), evens=EVENS), 0)
    fee = "The offer: 96,797 EUR a month instead of 92,000 EUR a month (+5.2 %)"
    cost = "What comes on top of a salary: 25.5 % instead of 31.8 % (-19.8 %)"
    assert first.index(fee) < first.index(cost)
    assert "Work done twice" not in first


def test_break_evens_that_nobody_worked_out_are_worked_out() -> None:
    assert "Fee: 98 EUR a month instead of 90 EUR a month (+8.9 %)" in text_of(pack(sure()), 0)


def test_years_lines_and_assumptions_stand_in_tables() -> None:
    said = text_of(pack(example(), evens=EVENS))
    for row in ("2028 12", "Transition Brightdesk one-off", "triangular: 42,000 · 46,000 · 51,000"):
        assert row in said
    assert said.count(" prior ") >= 3


def test_a_signed_pack_names_who_signed_why_and_on_what_conditions() -> None:
    said = text_of(pack(example(), SIGNED, EVENS))
    assert "DRAFT" not in said
    assert "Anouk Visser Signed for Brightdesk On 2 November 2026" in said
    assert "Reasons It is no edge of ours. Conditions A cap." in said
    assert "Conditions none" in said


def test_the_pack_is_tagged_and_its_pictures_have_words() -> None:
    read = PdfReader(BytesIO(pack(example(), evens=EVENS)))
    root = read.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert "pdfuaid" in root["/Metadata"].get_object().get_data().decode("utf-8")
    assert read.metadata is not None
    assert read.metadata.title == "Service desk: business case"


def test_the_same_result_gives_the_same_bytes() -> None:
    assert pack(example(), SIGNED, EVENS) == pack(example(), SIGNED, EVENS)


def test_a_case_where_nothing_is_a_chance_has_a_pack_too() -> None:
    said = text_of(pack(sure()))
    assert "Every assumption is one figure for sure" in said
    assert "It saves money in 100.0 % of the draws; the money is back in month 3" in said


def test_an_option_that_saves_nothing_says_what_more_it_costs() -> None:
    result = run_text(
        """{schema: retained/case/1, reference: R, title: T, currency: EUR, from: 2026-01,
        months: 2, discount: 0 %, baseline: a, options: {a: {title: A, lines: {x: {formula: "1"}}},
        b: {title: B, lines: {x: {formula: "2"}}}}}"""
    )
    assert words.saving_words(result, result.options[0]).startswith("B costs more by 2")
    assert "not back within the term" in words.chance_words(result.options[0])


def test_assumptions_are_told_as_they_are_given() -> None:
    for given, said in {
        "value": ("4200", "4,200"),
        "uniform": (["1 %", "5%"], "uniform: 1 % · 5 %"),
        "seen": (["90", "1000"], "seen: 2 values, 90 to 1,000"),
        "discrete": ({"0": "70 %", "1": "30 %"}, "discrete: 0 with 70 %, 1 with 30 %"),
        "walk": (
            {"start": "0.9", "volatility": "8 %"},
            "walk: from 0.9, drift 0 %, volatility 8 % a year",
        ),
        "event": ({"chance": "5 %"}, "event: 5 % a year from month 1"),
        "count": ("1 + 1", "count: 1 + 1"),
    }.items():
        terms = AssumptionTerms.model_validate({given: said[0]})
        assert words.given_words(terms).replace("\u00a0", " ") == said[1]


def test_nothing_short_of_certain_is_shown_as_certain() -> None:
    shown = [words.percent_words(one).replace("\u00a0", " ") for one in (1, 0.9999, 0.76, 0.0001)]
    assert shown == ["100.0 %", "more than 99.9 %", "76.0 %", "less than 0.1 %"]
