"""A case begins in a real browser: twelve answers by keyboard, a first result, a draft."""

import re

import pytest
from playwright.sync_api import Page, expect

from directory.cast import Cast
from journeys.conftest import DESK, PHONE, Visitor
from retained.directory.engine.roles import Role
from retained.strategy.models import BusinessCase

ANSWERS = {
    "IT function": "Service desk",
    "People": "30",
    "Salary a year": "46000",
    "First month": "2026-01",
    "Provider optional": "Brightdesk",
    "Price": "92000",
    "Of it comes back": "0 %",
    "Move to the provider": "6",
    "Leave": "20",
    "What it costs": "120000",
}


def answer(page: Page) -> None:
    """Fill the form in, and ask for a result by the Enter key."""
    for label, text in ANSWERS.items():
        page.get_by_label(label, exact=True).fill(text)
    page.get_by_label("What it costs", exact=True).press("Enter")
    expect(page.get_by_role("heading", name="A first result")).to_be_visible()


def test_a_case_is_begun_and_kept_as_a_draft(cast: Cast, visit: Visitor) -> None:
    one = visit(cast.people[Role.FINANCE])
    page = one.open("/cases/begin/")
    assert one.findings() == []
    answer(page)
    expect(page.get_by_text(re.compile("priors, not yours"))).to_be_visible()
    page.wait_for_load_state("networkidle")
    assert one.findings() == []
    page.get_by_role("button", name="Keep as a draft").click()
    expect(page.get_by_role("heading", name="Service desk", level=1)).to_be_visible()
    assert BusinessCase.objects.get().reference == "service-desk-2026-01"


@pytest.mark.parametrize(("viewport", "theme"), [(PHONE, "light"), (DESK, "dark")])
def test_the_page_fits_a_phone_and_the_dark(
    cast: Cast, visit: Visitor, viewport: dict[str, int], theme: str
) -> None:
    one = visit(cast.people[Role.FINANCE], viewport=viewport, theme=theme)
    page = one.open("/cases/begin/")
    answer(page)
    page.wait_for_load_state("networkidle")
    assert one.overflow() <= 0
    assert one.findings() == []
