"""A month's close in a real browser: two people close it, the provider disputes; pages fit."""

import pytest
from playwright.sync_api import expect

from delivery.conftest import Story, make_story
from delivery.months_closed import OCTOBER, account_manager_of, lead_of
from delivery.story import STORY_DAY, STORY_ZONE
from directory.cast import Cast
from journeys.conftest import DESK, PHONE, Visitor
from retained.delivery.commands.exclusions import ask_exclusion
from retained.delivery.models import CreditClaim, Exclusion, ProviderAnswer
from retained.shared import clock
from retained.shared.months import Month

CLOSE = "/run/AG-7/2026-10/close/"


@pytest.fixture
def story(cast: Cast) -> Story:
    clock.tell_story_of(STORY_DAY.date(), STORY_ZONE)
    made = make_story(cast)
    ask_exclusion(
        made.agreement, "INC-10001", service_level="urgent", month=Month(2026, 1), reason="Flood",
        by=cast.account_manager, at=clock.now(),
    )  # fmt: skip
    return made


def test_a_month_is_closed_by_two_people_and_disputed_by_the_provider(
    visit: Visitor, story: Story
) -> None:
    jeroen = visit(story.manager).open(CLOSE)
    jeroen.get_by_label("Reason").fill("Only one figure was reported")
    jeroen.get_by_role("button", name="Check the month").click()
    expect(jeroen.get_by_text("You checked it yourself")).to_be_visible()

    femke = visit(lead_of(story)).open(CLOSE)
    femke.get_by_role("button", name=f"Confirm {OCTOBER.title}").click()
    femke.get_by_role("button", name="Confirm it").click()
    femke.get_by_role("button", name="Send to Brightdesk").click()
    femke.get_by_role("button", name="Send it").click()
    expect(femke.get_by_text("Due by 19 November 2026")).to_be_visible()

    at_the_provider = visit(account_manager_of(story))
    priya = at_the_provider.open("/")
    priya.get_by_role("link", name=OCTOBER.title).click()
    priya.get_by_label("disputes").check()
    priya.get_by_label("In a sentence").fill("Eleven tickets waited for the carrier")
    priya.get_by_label("Disputed amount, in EUR").fill("4416")
    priya.get_by_role("button", name="Answer", exact=True).click()
    expect(priya.get_by_text("Your answer is kept")).to_be_visible()
    assert ProviderAnswer.objects.get().disputed_minor == 441_600

    asked, credit = Exclusion.objects.get(), CreditClaim.objects.get()
    ours = [
        CLOSE, "/run/AG-7/2026-10/statement/1/", "/exclusions/", f"/exclusions/{asked.pk}/",
        "/exclusions/ask/AG-7/", "/credits/", f"/credits/{credit.pk}/",
    ]  # fmt: skip
    theirs = ["/portal/", "/portal/statements/AG-7/2026-10/1/", f"/exclusions/{asked.pk}/"]
    for person, paths in ((lead_of(story), ours), (account_manager_of(story), theirs)):
        for viewport, theme in ((DESK, "light"), (PHONE, "dark")):
            here = visit(person, viewport=viewport, theme=theme)
            for path in paths:
                here.open(path)
                assert (path, theme, here.findings()) == (path, theme, [])
                assert (path, theme, here.overflow() <= 0) == (path, theme, True)
