"""The style page in a real browser: what holds there holds for every page made of its parts."""

import pytest
from django.test import override_settings
from playwright.sync_api import expect

from directory.cast import Cast
from journeys.conftest import DESK, PHONE, Visitor


@pytest.fixture(autouse=True)
def _in_development() -> object:
    with override_settings(DEMONSTRATION=True):
        yield


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["desk", "phone"])
def test_every_part_is_accessible_and_fits(
    visit: Visitor, cast: Cast, viewport: dict[str, int], theme: str
) -> None:
    here = visit(cast.administrator, viewport=viewport, theme=theme)
    here.open("/develop/style/")
    for more in here.page.locator("details.rt-more").all():
        more.locator("summary").click()
    assert here.findings() == []
    assert here.overflow() <= 0


def test_the_reader_chooses_light_or_dark_and_it_is_remembered(visit: Visitor, cast: Cast) -> None:
    here = visit(cast.administrator)
    page = here.open("/develop/style/")
    root = page.locator("html")
    expect(root).to_have_attribute("data-bs-theme", "light")
    line = page.locator("[data-chart=chart-months-option] path[stroke='#17457c']").first
    expect(line).to_be_attached()
    page.get_by_role("button", name="Switch between light and dark").click()
    expect(root).to_have_attribute("data-bs-theme", "dark")
    expect(page.locator("[data-chart] path[stroke='#8bbcf5']").first).to_be_attached()
    here.open("/")
    expect(root).to_have_attribute("data-bs-theme", "dark")


def test_a_table_is_narrowed_ordered_and_paged_without_leaving_the_page(
    visit: Visitor, cast: Cast
) -> None:
    page = visit(cast.administrator).open("/develop/style/")
    page.evaluate("window.sameDocument = true")
    page.get_by_label("Verdict", exact=True).select_option("missed")
    expect(page.locator("#table-tickets tbody tr").first).to_contain_text("Missed")
    expect(page.locator("#table-tickets")).not_to_contain_text("Met")
    assert "verdict=missed" in page.url
    page.get_by_role("link", name="Clock").click()
    expect(page.locator("th[aria-sort=ascending]")).to_contain_text("Clock")
    page.get_by_role("link", name="Next").click()
    expect(page.get_by_role("link", name="Previous")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("link", name="Previous")).to_have_count(0)
    assert "verdict=missed" in page.url


def test_a_refusal_is_said_above_the_page_and_leaves_the_rest_alone(
    visit: Visitor, cast: Cast
) -> None:
    page = visit(cast.administrator).open("/develop/style/")
    page.get_by_role("button", name="Be refused").click()
    expect(page.get_by_role("alert").first).to_contain_text("October 2026 is already closed.")
    expect(page.get_by_role("heading", name="Every part of a page")).to_be_visible()


def test_a_grave_step_asks_first(visit: Visitor, cast: Cast) -> None:
    page = visit(cast.administrator).open("/develop/style/")
    page.get_by_role("button", name="Close October").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    page.get_by_role("button", name="Not now").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_text("Done, as the confirmation asked.")).to_have_count(0)
    page.get_by_role("button", name="Close October").click()
    page.get_by_role("button", name="Close the month").click()
    expect(page.get_by_text("Done, as the confirmation asked.")).to_be_visible()


def test_a_file_over_the_limit_is_refused_before_it_is_sent(visit: Visitor, cast: Cast) -> None:
    page = visit(cast.administrator).open("/develop/style/")
    box = page.locator("input[type=file]")
    large = {"name": "all.csv", "mimeType": "text/csv", "buffer": b"x" * 5_000_001}
    box.set_input_files([large])
    expect(page.locator("[data-drop-problem]")).to_contain_text("larger than the limit of 5.0 MB")
    box.set_input_files([{**large, "buffer": b"ticket\n"}])
    expect(page.locator("[data-drop-problem]")).to_be_empty()
    expect(page.locator("[data-drop-list]")).to_contain_text("all.csv (7 bytes)")


def test_long_work_shows_its_progress_until_it_ends(visit: Visitor, cast: Cast) -> None:
    page = visit(cast.administrator).open("/develop/style/")
    expect(page.get_by_text("Every row is in.")).to_be_visible(timeout=30_000)
    expect(page.get_by_role("link", name="See what came in")).to_be_visible()


def test_the_menu_of_a_phone_opens_and_leads(visit: Visitor, cast: Cast) -> None:
    page = visit(cast.administrator, viewport=PHONE).open("/develop/style/")
    menu = page.get_by_role("button", name="Menu")
    expect(page.get_by_role("navigation", name="Stages")).to_be_hidden()
    menu.click()
    expect(menu).to_have_attribute("aria-expanded", "true")
    page.get_by_role("navigation", name="Stages").get_by_role("link", name="Overview").click()
    expect(page.get_by_role("heading", name="What needs you today")).to_be_visible()


def test_the_keyboard_reaches_the_content_the_search_and_the_menu(
    visit: Visitor, cast: Cast
) -> None:
    page = visit(cast.administrator).open("/develop/style/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#content")).to_be_focused()
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox", name="Search names")).to_be_focused()
    page.keyboard.type("Lindenhof")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Lindenhof")


def test_without_script_the_page_still_works(visit: Visitor, cast: Cast) -> None:
    page = visit(cast.administrator, script=False).open("/develop/style/")
    page.get_by_label("Verdict", exact=True).select_option("missed")
    page.get_by_role("button", name="Show").first.click()
    expect(page.locator("#table-tickets")).not_to_contain_text("Met")
    page.get_by_text("Show the values").first.click()
    expect(page.locator("figure table").first).to_be_visible()
    page.get_by_role("button", name="Be refused").click()
    expect(page.get_by_text("October 2026 is already closed.")).to_be_visible()
