"""A statement as files: the same content everywhere, and a workbook that recomputes itself."""

import csv
import io
import json
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from pypdf import PdfReader

from delivery.closing.workbooks import Workbook
from delivery.conftest import Story
from delivery.months_closed import OCTOBER, checked, confirmed
from retained.delivery.commands import exclusions
from retained.delivery.commands.exclusions import answer_exclusion, ask_exclusion
from retained.delivery.queries.shown_statements import ShownStatement, shown_statement
from retained.delivery.statement_files import statement_csv, statement_pdf
from retained.delivery.statement_picture import statement_chart
from retained.delivery.statement_workbook.book import statement_xlsx
from retained.shared import clock


@pytest.fixture
def shown(story: Story) -> ShownStatement:
    return shown_statement(confirmed(story))


def test_the_pdf_says_figures_money_hashes_and_who(story: Story, shown: ShownStatement) -> None:
    zone = ZoneInfo(story.agreement.provider.time_zone)
    content = statement_pdf(shown, zone)
    assert content == statement_pdf(shown, zone), "the same bytes each time"
    reader = PdfReader(io.BytesIO(content))
    text = " ".join(" ".join(page.extract_text() for page in reader.pages).split())
    wanted = (
        "88.8", "213 of 240", "95.4", "229 of 240", "11,040.00 EUR", "11,592.00 EUR",
        "-552.00 EUR", "Service manager", "Sourcing lead", shown.close.sha256,
    )  # fmt: skip
    for words in wanted:
        assert words in text.replace("\u00a0", " "), words
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"], "tagged for screen readers"


def test_the_workbook_recomputes_figures_and_credits_from_its_tickets(
    shown: ShownStatement,
) -> None:
    book = Workbook(statement_xlsx(shown))
    for row, level in enumerate((one.stated for one in shown.levels), start=2):
        assert book.value("Service levels", f"C{row}") == level.met
        assert book.value("Service levels", f"D{row}") == level.missed
        assert book.value("Service levels", f"F{row}") == Decimal(level.attained or "0")
        assert level.credit is not None
        assert book.value("Credits", f"I{row + 5}") == level.credit.amount.amount
    last = 6 + len(shown.levels)
    assert book.value("Credits", f"I{last + 1}") == Decimal("11592.00")
    assert book.value("Credits", f"I{last + 2}") == Decimal("11040.00")
    assert book.value("Credits", f"I{last + 3}") == Decimal("552.00")
    assert book.formulas > 20, "figures are formulas, not values"


def test_another_verdict_in_the_tickets_moves_the_workbooks_figure(shown: ShownStatement) -> None:
    book = Workbook(statement_xlsx(shown))
    tickets = book.sheet("Tickets")
    row = next(
        row for row in range(2, tickets.max_row + 1)
        if (tickets[f"B{row}"].value, tickets[f"F{row}"].value) == ("urgent", "missed")
    )  # fmt: skip
    tickets[f"F{row}"] = "met"
    assert book.value("Service levels", "C2") == 214
    assert book.value("Service levels", "F2") == Decimal("89.1667")


def test_texts_that_begin_like_formulas_stay_texts(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exclusions, "ticket_in_evidence", lambda _agreement, ticket, *_: ticket)
    ask = ask_exclusion(
        story.agreement, "=1+1", service_level="urgent", month=OCTOBER, reason="=HYPERLINK(1)",
        by=story.cast.account_manager, at=clock.now(),
    )  # fmt: skip
    answer_exclusion(
        ask, agreed=True, answer="", by=story.manager, at=clock.now(), version=ask.version
    )
    close = checked(story)
    assert json.loads(close.document)["exclusions"][0]["ticket"] == "=1+1"
    Workbook(statement_xlsx(shown_statement(close)))
    assert "\n=1" not in statement_csv(shown_statement(close))


def test_the_csv_has_one_row_per_service_level(shown: ShownStatement) -> None:
    rows = list(csv.DictReader(io.StringIO(statement_csv(shown).removeprefix("\ufeff"))))
    assert [row["Service level"] for row in rows] == [
        "P1 and P2 in time", "P3 in time", "Resolved the first time",
    ]  # fmt: skip
    assert (rows[0]["Met"], rows[0]["Counted"], rows[0]["Reported met"]) == ("213", "240", "229")
    assert sum(Decimal(row["Owed"]) for row in rows) == Decimal("11040.00")


def test_the_picture_holds_each_share_against_what_is_expected(shown: ShownStatement) -> None:
    chart = statement_chart(shown)
    assert chart is not None
    assert "88.8 % measured, 95.4 % reported, 95 % expected" in chart.sentence.replace(
        "\u00a0", " "
    )
    drawn = {one["name"]: one["data"] for one in chart.option["series"]}
    assert drawn["Measured"][-1] == [-6.25, 2], "6.25 points short, on the topmost line"


def test_a_statement_reads_only_what_was_frozen(story: Story, shown: ShownStatement) -> None:
    before = statement_csv(shown)
    story.agreement.title = "Renamed since"
    story.agreement.save()
    assert statement_csv(shown_statement(shown.close)) == before
