"""Earn-back in a real browser: it is agreed on a form, and what it owes is given back."""

import pytest
from playwright.sync_api import expect

from delivery.conftest import Story
from delivery.earned_back_story import (
    JULY,
    OCTOBER,
    close_until,
    credit_of,
    desk_csv,
    make_earned_back_story,
)
from delivery.months_closed import lead_of
from directory.cast import Cast
from journeys.conftest import DESK, PHONE, Visitor
from retained.directory.engine.roles import Role


@pytest.fixture
def giving(cast: Cast) -> Story:
    """October owes nothing, and earned July's credit back."""
    story = make_earned_back_story(cast, text=desk_csv(other=dict.fromkeys((7, 8, 9, 10), (9, 9))))
    close_until(story, OCTOBER)
    return story


def test_what_was_earned_back_is_given_back_and_every_page_fits(
    visit: Visitor, giving: Story
) -> None:
    july, october = credit_of(JULY), credit_of(OCTOBER)
    for viewport, theme in ((DESK, "light"), (PHONE, "dark")):
        here = visit(lead_of(giving), viewport=viewport, theme=theme)
        for path in (
            "/run/AG-7/", "/run/AG-7/urgent/2026-07/", "/run/AG-7/2026-10/close/",
            "/run/AG-7/2026-10/statement/1/", "/credits/", f"/credits/{july.pk}/",
            f"/credits/{october.pk}/", "/run/AG-7/what-if/?earn_back=never", "/agreements/new/",
        ):  # fmt: skip
            here.open(path)
            assert (path, theme, here.findings()) == (path, theme, [])
            assert (path, theme, here.overflow() <= 0) == (path, theme, True)
    finance = visit(giving.cast.people[Role.FINANCE]).open(f"/credits/{october.pk}/")
    finance.get_by_label("Number of the provider’s invoice").fill("R-12")
    finance.get_by_role("button", name="It settles this amount").click()
    expect(finance.get_by_text("R-12 settles what was given back.")).to_be_visible()
    assert credit_of(OCTOBER).state == "given_back"


def test_an_earn_back_is_read_back_while_it_is_agreed(visit: Visitor, giving: Story) -> None:
    page = visit(lead_of(giving)).open("/agreements/new/")
    page.get_by_label("At risk", exact=False).first.fill("12 %")
    page.get_by_label("Monthly amount").fill("92000")
    page.get_by_label("Source of its tickets").fill("brightdesk")
    page.get_by_label("A credit is earned back").select_option("following_months")
    page.get_by_label("Months after a miss").fill("3")
    said = "A credit is earned back when its service level attains its expected level"
    expect(page.locator("#read-back")).to_contain_text(said)
