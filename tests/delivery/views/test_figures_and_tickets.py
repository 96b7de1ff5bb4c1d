"""A figure opened down to its tickets, and a ticket down to its raw rows, over HTTP."""

import csv
import io
from collections.abc import Callable

from django.test import Client
from pytest_django.fixtures import DjangoAssertNumQueries

from delivery.conftest import Story, import_text
from delivery.story import HEADER, MAPPING
from delivery.views.test_service_levels import text_of
from retained.delivery.commands.measuring import look
from retained.delivery.models import Measured, MeasuredMonth
from retained.delivery.queries.months import agreement_months
from retained.delivery.queries.tickets import shown_ticket
from retained.directory.models import Person
from retained.shared import clock
from retained.shared.months import Month

BrowserOf = Callable[[Person | None], Client]
FIGURE = "/run/AG-7/urgent/2026-10/"
TICKET = "/run/AG-7/urgent/tickets/"


def exported(browser: Client, query: str) -> list[dict[str, str]]:
    answer = browser.get(f"{FIGURE}?format=csv&table=tickets{query}")
    content = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(content)))


def test_a_figure_opens_to_its_tickets(story: Story, browser_of: BrowserOf) -> None:
    browser = browser_of(story.manager)
    assert "240 rows" in text_of(browser, FIGURE)
    rows = exported(browser, "")
    assert len(rows) == 240
    assert sum(row["Verdict"] == "missed" for row in rows) == 27


def test_the_tickets_of_the_page_are_those_of_the_engine(
    story: Story, browser_of: BrowserOf
) -> None:
    seen = look(story.agreement, at=clock.now())
    engine = {
        (result.ticket, str(result.clock_seconds), result.verdict.value)
        for result in seen.measurement.results
        if result.service_level == "urgent" and result.month == Month(2026, 10)
    }
    page = {
        (row["Ticket"], row["Clock"], row["Verdict"])
        for row in exported(browser_of(story.manager), "")
    }
    assert page == engine


def test_tickets_are_narrowed_by_verdict_and_by_what_the_provider_says(
    story: Story, browser_of: BrowserOf
) -> None:
    browser = browser_of(story.manager)
    assert len(exported(browser, "&verdict=missed")) == 27
    differing = exported(browser, "&difference=differs")
    assert len(differing) == 16
    assert {row["Provider says"] for row in differing} == {"met"}
    assert len(exported(browser, "&verdict=missed&difference=agrees")) == 11


def test_every_page_of_tickets_is_reached_once_forwards_and_back(
    story: Story, browser_of: BrowserOf
) -> None:
    browser = browser_of(story.manager)
    found: list[str] = []
    url = f"{FIGURE}?sort=due_at"
    while url:
        table = browser.get(url).context["table"]
        found += [row.ticket for row in table.page.rows]
        last, url = table, table.after_url
    assert len(found) == len(set(found)) == 240
    back = browser.get(last.before_url).context["table"]
    assert [row.ticket for row in back.page.rows] == found[150:200]


def test_a_broken_cursor_or_sort_is_the_beginning(story: Story, browser_of: BrowserOf) -> None:
    browser = browser_of(story.manager)
    for query in ("?page=nonsense", "?sort=;drop", "?page=WzEsMl0=", "?verdict=none"):
        assert browser.get(f"{FIGURE}{query}").context["table"].page.rows


def test_the_table_alone_is_sent_as_a_fragment(story: Story, browser_of: BrowserOf) -> None:
    headers = {"HX-Request-Type": "partial", "HX-Target": "div#table-tickets"}
    answer = browser_of(story.manager).get(f"{FIGURE}?verdict=missed", headers=headers)
    text = answer.content.decode()
    assert text.startswith('<div id="table-tickets"')
    assert "<html" not in text


def test_the_credit_is_told_step_by_step(story: Story, browser_of: BrowserOf) -> None:
    text = text_of(browser_of(story.manager), FIGURE)
    for step in (
        '12 % of it is at risk</dt><dd><span class="rt-figure">11,040.00 EUR',
        '40 % of that for this level</dt><dd><span class="rt-figure">4,416.00 EUR',
        '× 1.5: the 4th miss running</dt><dd><span class="rt-figure">6,624.00 EUR',
        "6,308.57 EUR",
    ):
        assert step in text


def test_a_ticket_shows_the_terms_that_sum_to_its_clock(story: Story) -> None:
    measured = Measured.objects.get(agreement=story.agreement)
    shown = shown_ticket(agreement_months(story.agreement, measured), "urgent", "INC-13008")
    assert shown.sum_of_terms == shown.result.clock_seconds == 15 * 3600
    assert [row.sign for row in shown.rows] == [-1, +1]
    assert len(shown.raw) == 5
    assert {raw.batch.file_name for raw in shown.raw if raw.batch} == {"tickets.csv"}
    assert shown.raw[0].row > 1


def test_a_ticket_page_names_rule_calendar_verdict_and_raw_rows(
    story: Story, browser_of: BrowserOf
) -> None:
    text = text_of(browser_of(story.manager), f"{TICKET}INC-13008/")
    assert "Mon-Fri 8-18 Amsterdam." in text
    assert "waiting for a third party" in text
    assert "15 h 00 m</span> of 8h" in text
    assert "tickets.csv" in text
    assert story.source.batches.get().sha256 in text


def test_a_ticket_reopened_as_new_is_shown_with_the_one_that_it_continues(
    story: Story, browser_of: BrowserOf
) -> None:
    browser = browser_of(story.manager)
    answer = browser.get(f"{TICKET}INC-13020/")
    assert answer["Location"] == f"{TICKET}INC-13019/"
    text = text_of(browser, f"{TICKET}INC-13019/")
    assert "It went on as INC-13020: one clock for all of them." in text
    assert "10 h 00 m</span> of 8h" in text


def test_each_raw_row_stands_as_in_the_file_with_every_column(
    story: Story, browser_of: BrowserOf
) -> None:
    shown = shown_ticket(agreement_months(story.agreement, story.measured), "urgent", "INC-13008")
    cells = shown.raw[0].cells
    assert tuple(cells) == HEADER
    assert (cells["ticket"], cells["state"], cells["reassignments"]) == ("INC-13008", "New", "0")
    assert "Waiting for third party" in text_of(browser_of(story.manager), f"{TICKET}INC-13008/")


def test_an_export_of_a_table_that_is_not_there_is_not_there(
    story: Story, browser_of: BrowserOf
) -> None:
    answer = browser_of(story.manager).get(f"{FIGURE}?format=csv&table=zzz")
    assert answer.status_code == 404


def test_what_is_not_there_is_not_there(story: Story, browser_of: BrowserOf) -> None:
    browser = browser_of(story.manager)
    for path in (
        f"{TICKET}INC-404/",
        "/run/AG-7/urgent/2019-01/",
        "/run/AG-7/nothing/2026-10/",
        "/run/AG-404/urgent/2026-10/",
        "/run/AG-7/urgent/2026-13/",
    ):
        assert browser.get(path).status_code == 404
    provider = browser_of(story.cast.account_manager)
    assert provider.get(FIGURE).status_code == 404
    assert provider.get(f"{TICKET}INC-13008/").status_code == 404


def test_a_figure_asks_twelve_questions_at_most(
    story: Story, browser_of: BrowserOf, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    browser = browser_of(story.manager)
    for path in (FIGURE, f"{TICKET}INC-13008/", f"{FIGURE}differences/", f"{FIGURE}pauses/"):
        browser.get(path)
        with django_assert_max_num_queries(12):
            browser.get(path)


def test_a_ticket_without_its_opening_is_unusable_and_its_page_says_what_to_do(
    story: Story, browser_of: BrowserOf
) -> None:
    rows = (
        "INC-99001,2026-10-06 09:00,In progress,2,R. Haas,,met,,0\n"
        "INC-99001,2026-10-06 10:00,Resolved,2,R. Haas,,met,,0\n"
    )
    text = ",".join(HEADER) + "\n" + rows
    batch = import_text(text, MAPPING, by=story.manager, name="tickets-2.csv")
    assert batch.remark_counts == {"no_opening": 1}
    story.measure()
    figure = MeasuredMonth.objects.get(service_level="urgent", month="2026-10")
    assert (figure.met, figure.counted, figure.unusable) == (213, 240, 1)
    browser = browser_of(story.manager)
    assert "could not be used" in text_of(browser, FIGURE)
    page = text_of(browser, f"{TICKET}INC-99001/")
    assert "It cannot be judged: its opening is not in the evidence." in page
    assert "Bring in its rows from the beginning, or say in the mapping" in page
    remark = text_of(browser, f"/evidence/sources/brightdesk/{batch.number}/")
    assert "it is unusable where a clock or a month starts from the opening" in remark
