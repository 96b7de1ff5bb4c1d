"""Two people at the same page: the second one sees what the first did, and the way back."""

from collections.abc import Callable

from django.test import Client

from delivery.conftest import Story
from delivery.months_closed import account_manager_of, checked, lead_of
from retained.delivery.commands.closing import confirm_month
from retained.delivery.commands.exclusions import answer_exclusion, ask_exclusion
from retained.directory.engine.roles import Role
from retained.directory.models import Person
from retained.shared import clock
from retained.shared.months import Month

BrowserOf = Callable[[Person | None], Client]


def test_the_second_answer_to_an_exclusion_sees_the_first(
    story: Story, browser_of: BrowserOf
) -> None:
    made = ask_exclusion(
        story.agreement, "INC-12000", service_level="urgent", month=Month(2026, 10),
        reason="The line was cut", by=account_manager_of(story), at=clock.now(),
    )  # fmt: skip
    version = made.version
    answer_exclusion(
        made, agreed=False, answer="It was not", by=story.manager, at=clock.now(), version=version
    )
    answer = browser_of(lead_of(story)).post(
        f"/exclusions/{made.pk}/answer/", {"agreed": "yes", "answer": "", "version": version}
    )
    text = answer.content.decode()
    assert answer.status_code in {409, 422}
    assert "your answer was not kept" in text
    assert "“It was not”" in text
    assert story.manager.name in text


def test_the_second_confirmation_sees_the_first_and_stays_on_the_page(
    story: Story, browser_of: BrowserOf
) -> None:
    close = checked(story)
    version = close.version
    confirm_month(close, by=lead_of(story), at=clock.now(), version=version)
    other = story.cast.people[Role.FINANCE]
    answer = browser_of(other).post("/run/AG-7/2026-10/close/1/confirm/", {"version": version})
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "This month was confirmed already." in text
    assert lead_of(story).name in text
    assert "Close October 2026" in text
