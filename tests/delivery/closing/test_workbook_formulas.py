"""A statement's workbook does what the engine does: verdicts, credits, cap and its parts, live."""

import io
from collections.abc import Mapping, Sequence
from decimal import Decimal

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from delivery.closing.workbooks import Workbook
from delivery.story import AGREEMENT
from retained.contracts.engine.agreement import AgreementTerms
from retained.contracts.engine.reading import read_agreement
from retained.delivery.engine.credits import (
    LevelCredit,
    MonthCredits,
    misses_running,
    month_credits,
)
from retained.delivery.engine.measures import (
    MonthFigure,
    attained_figure,
    month_verdict,
)
from retained.delivery.engine.result_rows import figure_text, unit_of
from retained.delivery.engine.tallies import Tally
from retained.delivery.queries.statements import Content, StatedCredit, StatedLevel
from retained.delivery.statement_workbook.credits_sheet import credits_sheet
from retained.delivery.statement_workbook.levels_sheet import levels_sheet
from retained.delivery.statement_workbook.restated import restated_levels
from retained.delivery.statement_workbook.terms_sheet import PlannedTerms
from retained.shared.months import Month

OCTOBER = Month(2026, 10)
TWO_LEVELS = "{allocation: 40 %, below_expected: 50 %, below_minimum: 100 %}"
LADDER = (
    "{allocation: 40 %, ladder: [{below: 95 %, share: 20 %}, {below: 93 %, share: 60 %}, "
    "{below: 90 %, share: 100 %}]}"
)
STEPS = "{allocation: 40 %, per_point: {share: 7 %, each: 0.1 %}}"
BANDS = (
    "{bands: [{at_least: 95 %, points: 0}, {at_least: 90 %, at_most: 95 %, points: 3}, "
    "{at_most: 90 %, points: 8}]}"
)
WORTH = "point_values: [{from_points: 2, share: 1 %}, {from_points: 10, share: 5 %}]"
Counts = Mapping[str, tuple[int, int]]


def terms_with(
    credit: str = TWO_LEVELS, *, level: str = "", pool: str = "", at_risk: str = "12 %"
) -> AgreementTerms:
    """Return the story's agreement with another clause for its first service level."""
    text = AGREEMENT.replace(TWO_LEVELS, credit, 1)
    text = text.replace("    critical: true\n", f"    critical: true\n{level}")
    return read_agreement(text.replace("  at_risk: 12 %", f"  at_risk: {at_risk}\n  {pool}"))


def figures_of(terms: AgreementTerms, counts: Counts) -> dict[str, MonthFigure]:
    figures = {}
    for level in terms.service_levels:
        met, missed = counts[level.id]
        tally = Tally(met, missed)
        attained = attained_figure(tally, level)
        verdict = month_verdict(attained, tally, level)
        figures[level.id] = MonthFigure(level.id, OCTOBER, attained, met, missed, 0, 0, 0, verdict)
    return figures


def stated_credit(credit: LevelCredit) -> StatedCredit:
    names = ("allocation", "share", "points", "misses_running", "multiplier", "amount", "after_cap")
    return StatedCredit(**{name: getattr(credit, name) for name in names})


def stated_levels(
    terms: AgreementTerms, figures: Mapping[str, MonthFigure], credits: MonthCredits
) -> list[StatedLevel]:
    by_level = {credit.service_level: stated_credit(credit) for credit in credits.levels}
    return [
        StatedLevel(
            id=level.id, title=level.title, unit=unit_of(level),
            attained=figure_text(figures[level.id].attained, level), attained_with_excluded=None,
            expected=figure_text(level.expected_level, level) or "",
            minimum=figure_text(level.minimum_level, level),
            met=figures[level.id].met, missed=figures[level.id].missed,
            counted=figures[level.id].counted, open=0, excluded=0, unusable=0,
            verdict=figures[level.id].verdict.value, interval_low=None, interval_high=None,
            reported=None, reported_met=None, reported_counted=None, credit=by_level[level.id],
        )
        for level in terms.service_levels
    ]  # fmt: skip


def content_of(levels: Sequence[StatedLevel], credits: MonthCredits) -> Content:
    return Content(
        month=OCTOBER, agreement="AG-7", title="", client="", provider="", currency="EUR",
        rule_version="", agreement_version=1, agreement_sha256="", as_of=0, levels=levels,
        base=credits.base, at_risk=credits.at_risk, before_cap=credits.before_cap,
        owed=credits.owed, lost_to_cap=credits.lost_to_cap, evidence=(), exclusions=(),
        triggers=(), tickets_sha256="",
    )  # fmt: skip


def engine(terms: AgreementTerms, counts: Counts, running: int = 0) -> MonthCredits:
    figures = figures_of(terms, counts)
    now = {name: misses_running(running, figure) for name, figure in figures.items()}
    assert terms.credits is not None
    return month_credits(figures, now, terms, terms.credits, OCTOBER)


def workbook(terms: AgreementTerms, counts: Counts, running: int = 0) -> Workbook:
    """Return a workbook of the two sheets, its counts as numbers that a test can change."""
    credits = engine(terms, counts, running)
    levels = stated_levels(terms, figures_of(terms, counts), credits)
    restated = restated_levels(levels, terms, OCTOBER)
    planned = PlannedTerms(restated, terms.credits)
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        formats = dict.fromkeys(("bold", "figure", "money"), book.add_format())
        levels_sheet(book, restated, None, planned, formats)
        credits_sheet(book, content_of(levels, credits), restated, planned, formats)
        planned.write(book, formats)
    return Workbook(out.getvalue())


def follows(book: Workbook, terms: AgreementTerms, counts: Counts, running: int = 0) -> None:
    """Hold every figure of the workbook to what the engine says of such counts."""
    figures, credits = figures_of(terms, counts), engine(terms, counts, running)
    for line, level in enumerate(terms.service_levels, start=2):
        assert book.value("Service levels", f"J{line}") == figures[level.id].verdict.value
    for line, credit in enumerate(credits.levels, start=7):
        assert book.value("Credits", f"D{line}") == credit.share, credit
        assert book.value("Credits", f"G{line}") == credit.multiplier
        assert book.value("Credits", f"I{line}") == credit.amount.amount
        assert book.value("Credits", f"J{line}") == credit.after_cap.amount
    assert book.value("Credits", "B2") == credits.at_risk.amount
    assert book.value("Credits", "I10") == credits.before_cap.amount
    assert book.value("Credits", "I11") == credits.owed.amount
    assert book.value("Credits", "J10") == credits.owed.amount, "the parts add up to the whole"


def put_counts(book: Workbook, terms: AgreementTerms, counts: Counts) -> None:
    sheet = book.sheet("Service levels")
    for line, level in enumerate(terms.service_levels, start=2):
        sheet[f"C{line}"], sheet[f"D{line}"] = counts[level.id]


def counts_of(*pairs: tuple[int, int]) -> Counts:
    return dict(zip(("urgent", "other", "first-time"), pairs, strict=True))


STORY = counts_of((213, 27), (84, 16), (250, 90))
MET = counts_of((96, 4), (95, 5), (90, 10))
NEVER = counts_of((0, 0), (0, 0), (0, 0))
AGREEMENTS = {
    "two levels": terms_with(),
    "a ladder": terms_with(LADDER),
    "steps": terms_with(STEPS),
    "points": terms_with(BANDS, pool=WORTH),
    "rounded first": terms_with(level="    round_to: 0\n"),
    "a minimum volume": terms_with(level="    minimum_volume: 40\n"),
    "allowed failures": terms_with(
        level="    minimum_volume: 40\n    small_volume: failures\n    allowed_failures: 3\n"
    ),
    "a share that shall be low": read_agreement(
        AGREEMENT.replace("measure: first_time", "measure: reopen_share")
        .replace("expected: 80 %", "expected: 10 %")
        .replace("minimum: 60 %", "minimum: 25 %")
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", AGREEMENTS)
@pytest.mark.parametrize("counts", [STORY, MET, NEVER, counts_of((29, 1), (189, 11), (7, 3))])
def test_a_workbook_comes_to_what_the_engine_says(name: str, counts: Counts) -> None:
    terms = AGREEMENTS[name]
    follows(workbook(terms, counts, running=2), terms, counts, running=2)


@pytest.mark.parametrize("name", AGREEMENTS)
def test_other_counts_move_verdicts_credits_and_the_parts_of_the_cap(name: str) -> None:
    terms = AGREEMENTS[name]
    book = workbook(terms, MET)
    for counts in (
        STORY,
        counts_of((93, 7), (84, 17), (61, 40)),
        counts_of((2, 38), (1, 2), (0, 9)),
    ):
        put_counts(book, terms, counts)
        follows(book, terms, counts)


SOME = st.tuples(st.integers(0, 400), st.integers(0, 90))


@settings(max_examples=40)
@given(before=st.tuples(SOME, SOME, SOME), after=st.tuples(SOME, SOME, SOME))
def test_whatever_the_counts_the_workbook_follows_the_engine(
    before: Sequence[tuple[int, int]], after: Sequence[tuple[int, int]]
) -> None:
    terms = AGREEMENTS["points"]
    book = workbook(terms, counts_of(*before))
    follows(book, terms, counts_of(*before))
    put_counts(book, terms, counts_of(*after))
    follows(book, terms, counts_of(*after))


def test_another_share_at_risk_moves_the_cap_and_the_parts_below_it() -> None:
    book = workbook(terms_with(), STORY, running=3)
    row = next(cell.row for cell in book.sheet("Terms")["B"] if "At risk" in cell.value)
    book.sheet("Terms")[f"E{row}"] = 0.07
    follows(book, terms_with(at_risk="7 %"), STORY, running=3)


def test_what_is_owed_is_no_number_in_any_cell() -> None:
    book = workbook(terms_with(), STORY)
    for cell in ("B2", "D7", "G7", "I7", "J7", "J8", "J9", "I10", "I11", "I12"):
        assert book.is_formula("Credits", cell), cell
    for line in (2, 3, 4):
        assert book.is_formula("Service levels", f"J{line}")


def test_equal_remainders_go_to_the_earlier_service_level() -> None:
    """0.10 EUR over three equal credits is 4, 3 and 3 cents."""
    equal = "{allocation: 100 %, below_expected: 100 %}"
    text = AGREEMENT.replace("amount: 92000.00", "amount: 1.00").replace("12 %", "10 %")
    text = text.replace("at_risk: 10 %", "at_risk: 10 %\n  pool: 300 %")
    for clause in (TWO_LEVELS, TWO_LEVELS.replace("40", "30"), TWO_LEVELS.replace("40", "30")):
        text = text.replace(clause, equal, 1)
    terms = read_agreement(text)
    book = workbook(terms, STORY)
    assert [book.value("Credits", f"J{line}") for line in (7, 8, 9)] == [
        Decimal("0.04"), Decimal("0.03"), Decimal("0.03"),
    ]  # fmt: skip


def test_amounts_too_large_for_a_cells_whole_numbers_are_written_as_stated() -> None:
    text = AGREEMENT.replace("amount: 92000.00", "amount: 92000000.00")
    terms = read_agreement(text)
    book = workbook(terms, STORY, running=3)
    assert not book.is_formula("Credits", "J7")
    follows(book, terms, STORY, running=3)
