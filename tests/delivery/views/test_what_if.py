"""What-if, over HTTP: the same history under a changed rule, and nothing kept."""

from collections.abc import Callable

import pytest
from django.test import Client

from delivery.conftest import Story
from delivery.views.test_service_levels import csv_of, text_of
from retained.audit.models import Entry
from retained.delivery.models import MeasuredMonth
from retained.delivery.queries import replays
from retained.directory.models import Person
from retained.jobs.worker import run_waiting

BrowserOf = Callable[[Person | None], Client]
PAGE = "/run/AG-7/what-if/"


def test_the_clause_on_third_parties_is_worth_2760(story: Story, browser_of: BrowserOf) -> None:
    text = text_of(browser_of(story.manager), f"{PAGE}?pauses=both")
    assert 'The clause is worth <span class="rt-figure">2,760 EUR</span> to us' in text
    assert "93.3 %" in text
    assert "8,280.00 EUR" in text


def test_a_question_changes_nothing_but_the_page(story: Story, browser_of: BrowserOf) -> None:
    before = list(MeasuredMonth.objects.values()), Entry.objects.count()
    text_of(browser_of(story.manager), f"{PAGE}?calendar=24x7")
    assert (list(MeasuredMonth.objects.values()), Entry.objects.count()) == before


def test_a_lower_promise_is_worth_what_it_would_not_have_cost(
    story: Story, browser_of: BrowserOf
) -> None:
    text = text_of(browser_of(story.manager), f"{PAGE}?level=urgent&expected=80+%25&minimum=70+%25")
    assert "to us" in text
    assert "Of a changed priority" in text


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("expected=lots", "is not a percentage"),
        ("target=soon", "is not a time target"),
        ("pauses=sometimes", "Select a valid choice"),
        ("level=urgent", "Change something"),
        ("expected=50+%25&minimum=90+%25", "overlap"),
    ],
)
def test_a_wrong_question_is_told_why(
    story: Story, browser_of: BrowserOf, query: str, says: str
) -> None:
    answer = browser_of(story.manager).get(f"{PAGE}?{query}")
    assert answer.status_code == 422
    assert says in answer.content.decode()


def test_the_pages_own_questions_are_answered(story: Story, browser_of: BrowserOf) -> None:
    browser = browser_of(story.manager)
    for _, address in browser.get(PAGE).context["examples"]:
        assert browser.get(address).status_code == 200


def test_a_target_and_levels_change_only_the_levels_that_they_fit(
    story: Story, browser_of: BrowserOf
) -> None:
    text = text_of(browser_of(story.manager), f"{PAGE}?expected=90+%25&minimum=85+%25&target=8h")
    assert "Target and levels are changed for P1 and P2 in time, P3 in time; the others" in text


def test_a_closing_that_the_evidence_does_not_hold_is_no_figure(
    story: Story, browser_of: BrowserOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replays.derived, "rows", lambda *_: [])
    text = text_of(browser_of(story.manager), f"{PAGE}?stops=closed")
    assert "The evidence of “brightdesk” holds no closing" in text
    assert "is worth" not in text


def test_much_evidence_is_replayed_by_a_job(
    story: Story, browser_of: BrowserOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replays, "MOST_ROWS_AT_ONCE", 10)
    browser = browser_of(story.manager)
    question = f"{PAGE}?pauses=both&stops=closed"
    assert "Replay it" in text_of(browser, question)
    answer = browser.post(question)
    assert answer["Location"].startswith("/jobs/")
    run_waiting()
    assert "The clause is worth" in text_of(browser, question)


def test_what_would_change_is_narrowed_ordered_and_exported_with_its_question(
    story: Story, browser_of: BrowserOf
) -> None:
    browser = browser_of(story.manager)
    asked = f"{PAGE}?pauses=both"
    rows = csv_of(browser, f"{asked}&format=csv&table=replayed")
    assert {row["Service level"] for row in rows} == {"P1 and P2 in time"}
    assert rows[0]["Under the changed rule"].startswith("93.3 %, below expected")
    everything = csv_of(browser, f"{asked}&format=csv&table=replayed&figures=all")
    assert len(everything) > len(rows)
    owed = csv_of(browser, f"{asked}&format=csv&table=owed&money=all&owed-sort=month")
    assert [row["Month"] for row in owed][-1] in {"October 2026", "November 2026"}
    page = browser.get(f"{asked}&figures=all").content.decode()
    assert "pauses=both&amp;figures=all&amp;replayed-sort=title" in page
    assert '<input type="hidden" name="pauses" value="both">' in page
