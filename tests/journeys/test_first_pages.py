"""The pages that everybody meets: sign-in, overview, search, account, not there."""

import pytest
from playwright.sync_api import expect

from directory.cast import PASSWORD, Cast
from journeys.conftest import DESK, PHONE, Visitor

SIGNED_IN = [
    "/",
    "/search/",
    "/search/?q=nobody+of+this+name",
    "/accounts/password/change/",
    "/accounts/2fa/",
    "/accounts/sessions/",
]
OPEN_TO_ALL = ["/accounts/login/", "/accounts/password/reset/", "/there-is-no-such-page/"]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["desk", "phone"])
def test_the_first_pages_are_accessible_and_fit(
    visit: Visitor, cast: Cast, viewport: dict[str, int], theme: str
) -> None:
    inside = visit(cast.service_manager, viewport=viewport, theme=theme)
    outside = visit(None, viewport=viewport, theme=theme)
    for browser, paths in ((inside, SIGNED_IN), (outside, OPEN_TO_ALL)):
        for path in paths:
            browser.open(path)
            assert (path, browser.findings()) == (path, [])
            assert (path, browser.overflow() <= 0) == (path, True)


def test_somebody_signs_in_and_out(visit: Visitor, cast: Cast) -> None:
    page = visit(None).open("/")
    page.get_by_label("Email").fill(cast.service_manager.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", name="What needs you today")).to_be_visible()
    page.locator("details.rt-menu summary").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def test_a_wrong_password_says_so_beside_the_form(visit: Visitor, cast: Cast) -> None:
    here = visit(None)
    page = here.open("/accounts/login/")
    page.get_by_label("Email").fill(cast.service_manager.email)
    page.get_by_label("Password").fill("not this one at all")
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.locator(".rt-note-error")).to_be_visible()
    assert here.findings() == []
