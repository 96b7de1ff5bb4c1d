"""Agreements in a real browser: every page fits and is accessible, a promise is read back."""

from datetime import date
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import expect

from contracts.agreement_texts import BRIGHTDESK
from directory.cast import Cast
from journeys.conftest import DESK, PHONE, Visitor
from retained.contracts.commands import register_agreement
from retained.contracts.engine.reading import read_agreement
from retained.directory.engine.roles import Role
from retained.shared import clock

PAGES = [
    "/agreements/",
    "/agreements/AG-7/",
    "/agreements/new/",
    "/agreements/import/",
    "/agreements/AG-7/service-levels/new/?clause=response",
    "/agreements/AG-7/terms/",
    "/agreements/AG-7/versions/1/",
    "/agreements/AG-7/calendars/office/",
    "/agreements/AG-7/service-levels/in-time/change/",
    "/agreements/AG-7/service-levels/in-time/remove/",
    "/agreements/AG-7/credits/change/",
    "/agreements/AG-7/calendars/office/change/",
    "/agreements/AG-7/clocks/resolve/change/",
    "/agreements/AG-7/new-calendar/",
    "/agreements/AG-7/new-clock/",
]


@pytest.fixture(autouse=True)
def _agreement(cast: Cast) -> None:
    clock.tell_story_of(date(2026, 11, 9), ZoneInfo("Europe/Amsterdam"))
    by = cast.people[Role.SOURCING_LEAD]
    register_agreement(read_agreement(BRIGHTDESK), by=by, at=clock.now())


@pytest.mark.parametrize(
    ("viewport", "theme"), [(DESK, "light"), (PHONE, "dark")], ids=["desk", "phone"]
)
def test_the_pages_of_agreements_are_accessible_and_fit(
    visit: Visitor, cast: Cast, viewport: dict[str, int], theme: str
) -> None:
    here = visit(cast.people[Role.SOURCING_LEAD], viewport=viewport, theme=theme)
    for path in PAGES:
        here.open(path)
        assert (path, here.findings()) == (path, [])
        assert (path, here.overflow() <= 0) == (path, True)


def test_a_promise_is_read_back_while_it_is_written(visit: Visitor, cast: Cast) -> None:
    page = visit(cast.people[Role.SOURCING_LEAD]).open(
        "/agreements/AG-7/service-levels/new/?clause=resolution"
    )
    page.get_by_label("Targets").fill("8h")
    page.get_by_label("Priorities").fill("1 2")
    page.get_by_label("Tickets a month, for the odds").fill("30")
    read_back = page.locator("#read-back")
    expect(read_back).to_contain_text("95 % of P1 and P2 resolved in 8 service hours")
    expect(read_back).to_contain_text("Of 30 tickets a month, 29 must be met")
    page.get_by_role("button", name="Add it").click()
    expect(page.get_by_role("heading", name="Service desk")).to_be_visible()
    expect(page.get_by_text("Version 2 counts from")).to_be_visible()


def test_a_trigger_is_read_back_while_it_is_written(visit: Visitor, cast: Cast) -> None:
    page = visit(cast.people[Role.SOURCING_LEAD]).open("/agreements/AG-7/")
    page.get_by_role("link", name="Change credits and triggers").click()
    page.get_by_text("Add to: rights from misses").click()
    right = page.get_by_role("group", name="Rights from misses, more 1")
    right.get_by_label("Id").fill("four")
    right.get_by_label("Name").fill("Four running")
    right.get_by_label("Months running").fill("4")
    read_back = page.locator("#read-back")
    expect(read_back).to_contain_text("below expected 4 months running: a right to terminate")
    page.get_by_label("At risk").fill("120 %")
    expect(read_back).to_contain_text("must lie above 0 %")
    page.get_by_role("button", name="Save as a new version").click()
    at_risk = page.get_by_label("At risk")
    expect(at_risk).to_have_attribute("aria-invalid", "true")
    at_risk.fill("10 %")
    page.get_by_role("button", name="Save as a new version").click()
    expect(page.get_by_text("Version 2 counts from")).to_be_visible()
