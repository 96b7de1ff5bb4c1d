"""An exclusion stands in the month in which its ticket counts, whatever somebody says."""

import json
from collections.abc import Callable

import pytest
from click.testing import CliRunner
from django.test import Client

from delivery.conftest import Story, import_text
from delivery.months_closed import OCTOBER, account_manager_of, checked
from delivery.story import HEADER, MAPPING
from retained.audit.models import Entry
from retained.delivery.commands.exclusions import ask_exclusion
from retained.delivery.commands.measuring import look
from retained.delivery.models import Exclusion
from retained.directory.models import Person
from retained.project.command_line.months import exclusion as exclusion_group
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


def an_open_ticket(story: Story) -> str:
    """Return a ticket of the ninth of November that counts in no month yet."""
    results = look(story.agreement, at=clock.now()).measurement.results
    open_ones = [one for one in results if one.service_level == "urgent" and one.month is None]
    return max(one.ticket for one in open_ones)


def test_of_an_open_ticket_the_month_must_be_said(story: Story) -> None:
    ticket = an_open_ticket(story)
    with pytest.raises(DomainError, match=f"{ticket} counts in no month yet.*: say the month"):
        asked(story, ticket)
    assert asked(story, ticket, SEPTEMBER).month == "2026-09"


def test_a_service_level_that_is_not_agreed_is_refused(story: Story) -> None:
    with pytest.raises(DomainError, match="has no service level “speed”: it has first-time, other"):
        asked(story, IN_OCTOBER, level="speed")


def test_an_exclusion_follows_its_ticket_into_the_month_that_it_falls_into(story: Story) -> None:
    exclusion = asked(story, an_open_ticket(story), SEPTEMBER)
    row = f"{exclusion.ticket},2026-11-09 08:38,Resolved,2,R. Haas,,met,,0\n"
    import_text(",".join(HEADER) + "\n" + row, MAPPING, by=story.manager, name="tickets-2.csv")
    story.measure()
    exclusion.refresh_from_db()
    assert exclusion.month == "2026-11"
    entry = Entry.objects.get(verb="followed its ticket")
    assert ("2026-09" in entry.before, "2026-11" in entry.after) == (True, True)
    story.measure()
    assert Entry.objects.filter(verb="followed its ticket").count() == 1


def test_a_month_waits_for_the_answer_about_its_ticket(story: Story) -> None:
    asked(story, IN_OCTOBER)
    with pytest.raises(DomainError, match="1 exclusion is not answered yet"):
        checked(story)


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
