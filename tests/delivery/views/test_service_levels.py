"""The pages of figures by month, over HTTP, held to what the engines give."""

import csv
import io
from collections.abc import Callable
from decimal import Decimal

from django.test import Client
from pytest_django.fixtures import DjangoAssertNumQueries

from delivery.conftest import Story
from retained.delivery.commands.closing import check_month, confirm_month
from retained.delivery.commands.measuring import look
from retained.delivery.engine.result_rows import month_rows
from retained.delivery.models import MeasuredMonth
from retained.delivery.queries import derived, overview_cards, today
from retained.delivery.queries.level_months import MonthRow
from retained.delivery.queries.months import agreement_months
from retained.directory.engine.roles import Role
from retained.directory.models import Person
from retained.shared import clock
from retained.shared.money import Money
from retained.shared.months import Month

BrowserOf = Callable[[Person | None], Client]
PAGE = "/run/AG-7/"


def csv_of(browser: Client, path: str) -> list[dict[str, str]]:
    answer = browser.get(path)
    assert answer.status_code == 200, answer.status_code
    content = b"".join(answer) if answer.streaming else answer.content
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


def text_of(browser: Client, path: str) -> str:
    answer = browser.get(path)
    assert answer.status_code == 200, answer.status_code
    return " ".join(answer.content.decode().replace("\u00a0", " ").split())


def test_the_page_shows_what_was_measured_beside_what_was_reported(
    story: Story, browser_of: BrowserOf
) -> None:
    text = text_of(browser_of(story.manager), PAGE)
    assert "October 2026: 88.8 % measured, 95.4 % reported by the provider; 4 of 10 months" in text
    assert "240 tickets: with 95 % confidence the true share lies between 84.1 and 92.5 %." in text
    assert "3 of 3 service levels missed" in text
    assert "How it was counted.</strong> Counted by month of resolution" in text


def test_the_credit_stands_before_and_after_the_cap_with_what_the_cap_cut_off(
    story: Story, browser_of: BrowserOf
) -> None:
    text = text_of(browser_of(story.manager), PAGE)
    for amount in ("11,040.00 EUR", "11,592.00 EUR", "552.00 EUR", "20,424.00 EUR"):
        assert amount in text


def test_a_running_month_is_so_far_and_never_a_verdict(story: Story, browser_of: BrowserOf) -> None:
    months = agreement_months(story.agreement, story.measured)
    running = months.running
    assert running is not None
    assert [level.verdict for level in running.there] == ["", "", ""]
    assert running.owed == Money(Decimal(0), "EUR")
    text = text_of(browser_of(story.manager), PAGE)
    assert "The month still runs: nothing here is a verdict." in text
    assert "It bears 1 more miss at this volume; one beyond that takes it below expected." in text
    assert "2 tickets fall due today" in text


def test_the_figures_of_the_page_are_those_of_the_engine(story: Story) -> None:
    seen = look(story.agreement, at=clock.now())
    terms = seen.over_time.on(Month(2026, 10))
    engine = {
        (row["service_level"], row["month"]): (row["attained"], row["met"], row["verdict"])
        for row in month_rows(seen.measurement, terms, seen.rows)
    }
    months = agreement_months(story.agreement, story.measured)
    page = {
        (level.level_id, str(level.month)): (
            None if level.attained is None else format(level.attained, "f"),
            level.met,
            level.verdict or "so_far",
        )
        for row in months.months
        for level in row.there
    }
    assert page == engine


def test_a_right_says_which_months_fired_it_and_how_it_lapses(
    story: Story, browser_of: BrowserOf
) -> None:
    text = text_of(browser_of(story.manager), PAGE)
    assert "Fired by July 2026, August 2026, September 2026, October 2026." in text
    assert "It lapses 30 days after the statement of October 2026 is sent." in text


def test_late_evidence_for_a_closed_month_is_told_and_not_absorbed(
    story: Story, browser_of: BrowserOf
) -> None:
    at = clock.now()
    close = check_month(story.agreement, Month(2026, 10), reason="r", by=story.manager, at=at)
    second = story.cast.people[Role.FINANCE]
    confirm_month(close, by=second, at=at, version=close.version)
    changed = MeasuredMonth.objects.get(
        measured=story.measured, service_level="urgent", month="2026-10"
    )
    story.measured.measured_at = clock.now().replace(year=2027)
    story.measured.save()
    changed.met, changed.missed, changed.attained = 214, 26, "89.1667"
    changed.save()
    text = text_of(browser_of(story.manager), PAGE)
    assert "October 2026 is closed, and the evidence now says something else." in text
    assert "frozen 88.8 % (213 of 240), measured now 89.2 % (214 of 240)" in text
    frozen = next(row for row in _months(story) if row.month == Month(2026, 10))
    assert next(level.met for level in frozen.there) == 213


def _months(story: Story) -> tuple[MonthRow, ...]:
    story.agreement.refresh_from_db()
    return agreement_months(story.agreement, story.measured).months


def test_the_page_asks_twelve_questions_at_most(
    story: Story, browser_of: BrowserOf, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    browser = browser_of(story.manager)
    browser.get(PAGE)
    for path in (PAGE, "/run/"):
        with django_assert_max_num_queries(12):
            browser.get(path)


def test_a_stranger_and_the_provider_find_nothing(story: Story, browser_of: BrowserOf) -> None:
    assert browser_of(story.cast.account_manager).get(PAGE).status_code == 404
    assert browser_of(story.cast.rival).get(PAGE).status_code == 404
    assert browser_of(None).get(PAGE).status_code == 302


def test_an_agreement_without_evidence_says_the_next_step(
    story: Story, browser_of: BrowserOf
) -> None:
    story.measured.delete()
    assert "Nothing is measured yet" in text_of(browser_of(story.manager), PAGE)


def test_the_list_shows_the_worst_verdict_of_the_last_month(
    story: Story, browser_of: BrowserOf
) -> None:
    text = text_of(browser_of(story.manager), "/run/")
    assert "Below minimum" in text
    assert "0 of 3" in text
    assert "11,040.00 EUR" in text


def test_the_overview_says_what_needs_the_service_manager(
    story: Story, browser_of: BrowserOf
) -> None:
    text = text_of(browser_of(story.manager), "/")
    assert "Service desk: 3 service levels missed" in text
    assert "October 2026: P1 and P2 in time 88.8 %" in text
    assert "Service desk: 10 months to close" in text
    assert today.needs(story.cast.account_manager, clock.now()) == []
    assert overview_cards.levels_card(story.cast.account_manager, clock.now()) is None


def test_the_search_finds_agreements_and_service_levels(
    story: Story, browser_of: BrowserOf
) -> None:
    text = text_of(browser_of(story.manager), "/search/?q=in+time")
    assert "P1 and P2 in time" in text
    assert "P1 and P2 in time" not in text_of(
        browser_of(story.cast.account_manager), "/search/?q=P1"
    )


def test_the_search_finds_a_ticket_by_its_whole_number(story: Story, browser_of: BrowserOf) -> None:
    [(number,)] = derived.rows(
        "SELECT min(ticket) FROM read_parquet(?)", [str(derived.results_file(story.measured))]
    )
    found = text_of(browser_of(story.manager), f"/search/?q={number.lower()}")
    assert number in found
    assert "Service desk, " in found
    half = text_of(browser_of(story.manager), f"/search/?q={number[:-1]}")
    assert "No name holds these words" in half
    provider = browser_of(story.cast.account_manager).get(f"/search/?q={number}")
    assert "/run/" not in provider.content.decode()
    story.measured.results_name = "gone.parquet"
    story.measured.save()
    assert "No name" in text_of(browser_of(story.manager), f"/search/?q={number}")


def test_measuring_anew_is_a_job_that_leads_back(story: Story, browser_of: BrowserOf) -> None:
    answer = browser_of(story.manager).post(f"{PAGE}measure/")
    assert answer.status_code == 302
    assert answer["Location"].startswith("/jobs/")
    auditor = story.cast.people[Role.AUDITOR]
    assert browser_of(auditor).post(f"{PAGE}measure/").status_code == 404


def test_every_month_is_a_table_to_be_ordered_narrowed_and_exported(
    story: Story, browser_of: BrowserOf
) -> None:
    browser = browser_of(story.manager)
    rows = csv_of(browser, f"{PAGE}?format=csv&table=months&misses=missed")
    october = next(row for row in rows if row["Month"] == "October 2026")
    assert october["P1 and P2 in time"] == "88.8 %, below minimum, 213 of 240, provider 95.4 %"
    assert (october["Credit"], october["Status"]) == ("11040.00", "to close")
    assert "November 2026" not in [row["Month"] for row in rows], "no verdict, so no miss"
    ordered = csv_of(browser, f"{PAGE}?format=csv&table=months&sort=figure-urgent")
    assert ordered[0]["Month"] == "October 2026", "the lowest figure first"
    assert browser.get(f"{PAGE}?format=csv&table=others").status_code == 404


def test_the_table_of_months_alone_costs_no_picture(story: Story, browser_of: BrowserOf) -> None:
    browser = browser_of(story.manager)
    answer = browser.get(
        f"{PAGE}?status=open",
        headers={"HX-Request-Type": "partial", "HX-Target": "div#table-months"},
    )
    text = answer.content.decode()
    assert text.startswith('<div id="table-months"')
    assert '213 of 240 · <span class="dl-reported">provider 95.4' in text
    assert "late evidence" not in text
    assert "/run/AG-7/2026-10/close/" in text
