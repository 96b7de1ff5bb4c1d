"""The difference list, the pause audit and the look at wholeness, over HTTP."""

import csv
import io
from collections.abc import Callable

from django.test import Client

from delivery.conftest import Story
from delivery.views.test_service_levels import text_of
from retained.delivery.queries.differences import DifferenceList, difference_list
from retained.delivery.queries.months import agreement_months
from retained.delivery.queries.pauses import shown_audit
from retained.delivery.queries.terms import agreed
from retained.delivery.queries.wholeness import evidence_look
from retained.directory.models import Person
from retained.evidence.commands.reported import Figure, keep_reported_figures
from retained.evidence.models import ReportedVerdict, StatedVolume
from retained.files.models import StoredFile
from retained.shared.months import Month

BrowserOf = Callable[[Person | None], Client]
FIGURE = "/run/AG-7/urgent/2026-10/"
OCTOBER = Month(2026, 10)


def differences_of(story: Story, level_id: str = "urgent") -> DifferenceList:
    months = agreement_months(story.agreement, story.measured)
    level = next(one for one in months.levels if one.level_id == level_id)
    figure = next(one for one in level.months if one.month == OCTOBER)
    terms = months.agreed.on(OCTOBER)
    return difference_list(figure, story.measured, terms, terms.service_level(level_id), close=None)


def test_the_sixteen_tickets_are_split_by_cause(story: Story, browser_of: BrowserOf) -> None:
    found = differences_of(story)
    assert found.by_cause == [("Paused", 11), ("Closed and reopened", 3), ("Priority changed", 2)]
    text = text_of(browser_of(story.manager), f"{FIGURE}differences/")
    assert '<span class="is-reported">95.4 %</span> against 88.8 % = 16 tickets' in text
    assert "The provider pauses while waiting for a third party; this agreement does not" in text


def test_the_list_is_ready_to_send(story: Story, browser_of: BrowserOf) -> None:
    browser = browser_of(story.manager)
    answer = browser.get(f"{FIGURE}differences/?format=csv&table=differences")
    rows = list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
    assert len(rows) == 16
    assert set(rows[0]) == {"Ticket", "Cause", "Measured", "Reported", "Why", "Clock"}
    xlsx = browser.get(f"{FIGURE}differences/?format=xlsx&table=differences")
    assert xlsx.content.startswith(b"PK")


def test_a_report_of_its_own_wins_over_the_rows_and_may_lack_tickets(story: Story) -> None:
    file = StoredFile.objects.first()
    counted = ["INC-13008", "INC-13027", "INC-99999"]
    ReportedVerdict.objects.bulk_create(
        ReportedVerdict(
            source=story.source, label="P1 AND P2 IN TIME ", month="2026-10", ticket=ticket,
            verdict="met", file=file,
        )
        for ticket in counted
    )  # fmt: skip
    found = differences_of(story)
    by_ticket = {row.ticket: row for row in found.rows}
    assert by_ticket["INC-99999"].sentence == "Not counted in our evidence for this month"
    assert by_ticket["INC-13008"].cause == "pause"
    assert by_ticket["INC-13009"].cause == "missing_row"


def test_totals_alone_give_the_possible_causes(story: Story, browser_of: BrowserOf) -> None:
    figure = Figure(label="first-time", month=OCTOBER, met=300, counted=340)
    keep_reported_figures(story.source, [figure], by=story.manager, at=story.measured.measured_at)
    found = differences_of(story, "first-time")
    assert not found.knows_tickets
    assert found.gap == 53
    text = text_of(browser_of(story.manager), "/run/AG-7/first-time/2026-10/differences/")
    assert "88.2 %" in text


def test_paused_time_is_told_by_who_and_why(story: Story, browser_of: BrowserOf) -> None:
    months = agreement_months(story.agreement, story.measured)
    terms = months.agreed.on(OCTOBER)
    audit = shown_audit(story.measured, terms, terms.service_level("urgent"), OCTOBER, close=None)
    assert sum(row.seconds for row in audit.rows) == audit.paused_seconds
    assert [name for name, _ in audit.by_reason] == ["asked the caller", "awaiting feedback"]
    assert dict(audit.by_pattern) == {
        "Lowered in priority after the breach": 2,
        "Paused shortly before its target": 3,
        "Reopened as a new ticket": 3,
    }
    text = text_of(browser_of(story.manager), f"{FIGURE}pauses/")
    assert "Paused by A. Okafor with 30 minutes of its target left" in text


def test_the_tables_of_the_pause_audit_are_exported_apart(
    story: Story, browser_of: BrowserOf
) -> None:
    browser = browser_of(story.manager)
    for key, heading in (("pauses", "Who set it"), ("odd", "Pattern")):
        answer = browser.get(f"{FIGURE}pauses/?format=csv&table={key}")
        assert heading in b"".join(answer.streaming_content).decode()


def test_wholeness_shows_volumes_and_what_is_odd(story: Story, browser_of: BrowserOf) -> None:
    text = text_of(browser_of(story.manager), "/run/AG-7/wholeness/")
    assert "13,426 rows in 1 batch; every row could be used" in text
    assert "Days without a ticket" in text
    assert "Not the provider’s volume" not in text


def test_a_number_of_tickets_that_the_provider_states_is_held_against_the_evidence(
    story: Story, browser_of: BrowserOf
) -> None:
    browser = browser_of(story.manager)
    close = "/run/AG-7/2026-10/close/"
    assert "Number of tickets opened in the month, in “brightdesk”" in text_of(browser, close)
    counted = dict(evidence_look(agreed(story.agreement)).sources[0].volumes)[OCTOBER]
    sent = browser.post("/run/AG-7/2026-10/close/report/", {"tickets_0": str(counted + 9)})
    assert sent.status_code == 302, sent.content
    said = f"the provider states {counted + 9:,} tickets; the evidence has {counted:,} (-9)"
    whole = text_of(browser, "/run/AG-7/wholeness/")
    assert "Not the provider’s volume" in whole
    assert said in whole
    assert "Stated by the provider" in whole
    assert said in text_of(browser, close)
    # The same number again keeps nothing anew.
    browser.post("/run/AG-7/2026-10/close/report/", {"tickets_0": str(counted + 9)})
    assert StatedVolume.objects.count() == 1


def test_a_machine_reads_the_pause_audit(story: Story, browser_of: BrowserOf) -> None:
    found = browser_of(story.manager).get("/api/v1/agreements/AG-7/months/2026-10/pauses/urgent")
    audit = found.json()
    assert sum(row["seconds"] for row in audit["rows"]) == audit["paused_seconds"]
    patterns = [odd["pattern"] for odd in audit["odd"]]
    assert patterns.count("lowered_after_breach") == 2
    gone = browser_of(story.manager).get("/api/v1/agreements/AG-7/months/2026-10/pauses/nothing")
    assert gone.status_code == 404


def test_a_percentage_alone_says_about_how_many_tickets(
    story: Story, browser_of: BrowserOf
) -> None:
    figure = Figure(label="P3 in time", month=OCTOBER, percent="92.0")
    keep_reported_figures(story.source, [figure], by=story.manager, at=story.measured.measured_at)
    # The rows of P3 tickets hold the provider's verdicts: where they agree, no ticket differs.
    assert differences_of(story, "other").rows == ()
    first = Figure(label="first-time", month=OCTOBER, percent="80.0")
    keep_reported_figures(story.source, [first], by=story.manager, at=story.measured.measured_at)
    found = differences_of(story, "first-time")
    assert (found.is_about, found.gap) == (True, 25)
    text = text_of(browser_of(story.manager), "/run/AG-7/first-time/2026-10/differences/")
    assert "80.0 %</span> against 72.6 % = about 25 tickets" in text
