"""Late evidence for a closed month: what is shown of it stays what was frozen, at every door."""

import csv
import io
from collections.abc import Callable

import pytest
from django.test import Client

from delivery.conftest import Story, import_text
from delivery.months_closed import lead_of, sent
from delivery.story import HEADER, MAPPING
from delivery.views.test_service_levels import text_of
from retained.delivery.models import MonthClose
from retained.delivery.queries.terms import agreed
from retained.delivery.queries.ticket_scopes import scope_of
from retained.delivery.queries.ticket_sums import ticket_sums
from retained.delivery.queries.today import needs
from retained.directory.models import Person
from retained.evidence.commands.reported import Figure, keep_reported_figures
from retained.shared import clock
from retained.shared.months import Month

BrowserOf = Callable[[Person | None], Client]
FIGURE = "/run/AG-7/urgent/2026-10/"
CLOSE = "/run/AG-7/2026-10/close/"


@pytest.fixture
def late(story: Story) -> Story:
    """October closed and sent; then two missed tickets of it come in, and are measured."""
    sent(story)
    rows = [HEADER]
    for number in ("INC-90001", "INC-90002"):
        same = ("2", "A. Okafor", "", "met", "", "0")
        rows.append((number, "2026-10-05 08:00", "New", *same))
        rows.append((number, "2026-10-07 08:00", "Resolved", *same))
    text = "\n".join(",".join(row) for row in rows) + "\n"
    mapping = MAPPING.replace('"tickets*.csv"', '"*.csv"')
    import_text(text, mapping, by=story.manager, name="late.csv")
    story.measure()
    return story


def _exported(browser: Client, address: str, table: str) -> list[dict[str, str]]:
    answer = browser.get(f"{address}?format=csv&table={table}")
    content = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(content)))


def test_the_figure_its_picture_and_its_tickets_stay_those_of_the_statement(
    late: Story, browser_of: BrowserOf
) -> None:
    browser = browser_of(late.manager)
    text = text_of(browser, FIGURE)
    assert "213 of 240" in text
    assert "27 of 240 tickets were missed" in text
    assert "October 2026 is closed: this is what its statement says." in text
    assert "would give 88.0 % (213 of 242)" in text
    assert f"{CLOSE}#correct" in browser.get(FIGURE).content.decode()
    rows = _exported(browser, FIGURE, "tickets")
    assert len(rows) == 240
    assert sum(row["Verdict"] == "missed" for row in rows) == 27
    assert all(row["Stopped"] for row in rows), "known from what is measured now"


def test_the_difference_list_and_its_export_are_those_of_the_statement(
    late: Story, browser_of: BrowserOf
) -> None:
    browser = browser_of(late.manager)
    text = text_of(browser, f"{FIGURE}differences/")
    assert "against 88.8 % = 16 tickets" in text
    assert len(_exported(browser, f"{FIGURE}differences/", "differences")) == 16


def test_the_overview_and_the_list_say_the_frozen_figure(
    late: Story, browser_of: BrowserOf
) -> None:
    said = " ".join(need.why for need in needs(late.manager, clock.now())).replace("\xa0", " ")
    assert "P1 and P2 in time 88.8 %" in said
    assert "88.0 %" not in said
    assert "late evidence came" in text_of(browser_of(late.manager), "/run/")
    text = text_of(browser_of(late.manager), "/run/AG-7/")
    assert "late evidence: 88.0 %" in text


def test_what_the_provider_reports_later_waits_for_a_correction(
    late: Story, browser_of: BrowserOf
) -> None:
    figures = [Figure(label="P1 and P2 in time", month=Month(2026, 10), met=231, counted=240)]
    keep_reported_figures(late.source, figures, by=lead_of(late), at=clock.now())
    text = text_of(browser_of(late.manager), FIGURE)
    assert "229 of 240" in text
    assert "231 of 240" not in text


def test_tickets_by_day_are_those_that_were_frozen(late: Story) -> None:
    terms = agreed(late.agreement).on(Month(2026, 10))
    level = terms.service_level("urgent")
    close = MonthClose.objects.get(is_current=True)
    scope = scope_of(late.measured, terms, level, Month(2026, 10), close=close)
    days = ticket_sums(scope, terms.zone).days
    assert sum(sum(day.values()) for day in days.values()) == 240


def test_a_ticket_that_came_late_says_that_the_statement_does_not_hold_it(
    late: Story, browser_of: BrowserOf
) -> None:
    text = text_of(browser_of(late.manager), "/run/AG-7/urgent/tickets/INC-90001/")
    assert "Statement 1 of October 2026 does not hold this ticket" in text
