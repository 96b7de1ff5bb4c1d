"""An exclusion stands in the month in which its ticket counts, whatever somebody says."""

import json
from collections.abc import Callable

import pytest
from click.testing import CliRunner
from django.test import Client

from delivery.conftest import Story, import_text
from delivery.months_closed import OCTOBER, account_manager_of
from delivery.story import HEADER, MAPPING
from retained.audit.models import Entry
from retained.delivery.commands.exclusions import ask_exclusion
from retained.delivery.models import Exclusion
from retained.directory.models import Person
from retained.project.command_line.exclusions import exclusion as exclusion_group
from retained.shared import clock
from retained.shared.errors import DomainError
from retained.shared.months import Month

IN_OCTOBER = "INC-13027"
SEPTEMBER = Month(2026, 9)
BrowserOf = Callable[[Person | None], Client]


def asked(
    story: Story, ticket: str, month: Month | None = None, *, level: str = "urgent"
) -> Exclusion:
    return ask_exclusion(
        story.agreement, ticket, service_level=level, month=month, reason="Power failure",
        by=account_manager_of(story), at=clock.now(),
    )  # fmt: skip


def test_the_month_is_the_ticket_s_own_whether_it_is_said_or_not(story: Story) -> None:
    assert asked(story, IN_OCTOBER).month == "2026-10"
    assert asked(story, "INC-13028", OCTOBER).month == "2026-10"


def test_another_month_is_refused_with_the_right_one(story: Story) -> None:
    with pytest.raises(DomainError) as refused:
        asked(story, IN_OCTOBER, SEPTEMBER)
    assert refused.value.message == (
        "INC-13027 counts in October 2026, not in September 2026: ask for it in October 2026."
    )
    assert not Exclusion.objects.exists()


def test_of_a_ticket_that_counts_in_no_month_yet_the_month_must_be_said(story: Story) -> None:
    import_rows(story, OPENED)
    with pytest.raises(DomainError, match="INC-99001 counts in no month yet"):
        asked(story, "INC-99001")
    assert asked(story, "INC-99001", SEPTEMBER).month == "2026-09"


def test_a_service_level_that_is_not_agreed_is_refused(story: Story) -> None:
    with pytest.raises(DomainError, match="has no service level “speed”: it has first-time, other"):
        asked(story, IN_OCTOBER, level="speed")


OPENED = "INC-99001,2026-11-08 20:00,New,2,R. Haas,,missed,,0\n"
RESOLVED = "INC-99001,2026-11-08 21:00,Resolved,2,R. Haas,,missed,,0\n"


def import_rows(story: Story, *rows: str) -> None:
    text = ",".join(HEADER) + "\n" + "".join(rows)
    import_text(text, MAPPING, by=story.manager, name=f"tickets-{len(rows)}.csv")
    story.measure()


def test_an_exclusion_follows_its_ticket_into_the_month_that_it_falls_into(story: Story) -> None:
    import_rows(story, OPENED)
    exclusion = asked(story, "INC-99001", SEPTEMBER)
    import_rows(story, OPENED, RESOLVED)
    exclusion.refresh_from_db()
    assert exclusion.month == "2026-11"
    entry = Entry.objects.get(verb="followed its ticket")
    assert ("2026-09" in entry.before, "2026-11" in entry.after) == (True, True)
    story.measure()
    assert Entry.objects.filter(verb="followed its ticket").count() == 1


def test_pages_machines_and_the_command_line_need_not_say_it(
    story: Story, browser_of: BrowserOf
) -> None:
    browser = browser_of(story.manager)
    address = "/exclusions/ask/AG-7/"
    assert "As the evidence says" in browser.get(address).content.decode()
    sent = {"service_level": "urgent", "ticket": IN_OCTOBER, "month": "2026-09", "reason": "Flood"}
    refused = browser.post(address, sent)
    assert refused.status_code == 422
    assert "counts in October 2026, not in September 2026" in refused.content.decode()
    assert browser.post(address, {**sent, "month": ""}).status_code == 302
    options = ["--service-level", "urgent", "--reason", "Flood", "--as", story.manager.email]
    told = CliRunner().invoke(
        exclusion_group, ["ask", "AG-7", "INC-13028", *options, "--format", "json"]
    )
    assert told.exit_code == 0, told.output
    assert json.loads(told.stdout)[0]["month"] == "2026-10"
    assert set(Exclusion.objects.values_list("month", flat=True)) == {"2026-10"}
