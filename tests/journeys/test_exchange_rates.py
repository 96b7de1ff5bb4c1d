"""Exchange rates in a real browser: nothing yet, a file dropped, the last rates."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from directory.cast import Cast
from journeys.conftest import DESK, PHONE, Visitor
from retained.directory.engine.roles import Role

HISTORY = "Date,USD,GBP,JPY,\n2026-11-06,1.25,0.80,185.7,\n2026-11-05,1.24,0.81,185.1,\n"


@pytest.mark.parametrize(("viewport", "theme"), [(DESK, "light"), (PHONE, "dark")])
def test_rates_are_brought_in_and_shown(
    cast: Cast, visit: Visitor, tmp_path: Path, viewport: dict[str, int], theme: str
) -> None:
    file = tmp_path / "history.csv"
    file.write_text(HISTORY, "utf-8")
    one = visit(cast.people[Role.FINANCE], viewport=viewport, theme=theme)
    page = one.open("/exchange-rates/")
    expect(page.get_by_text("No rates yet")).to_be_visible()
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("button", name="Import").click()
    expect(page.get_by_text("Rates up to 6 November 2026: 6 are new.")).to_be_visible()
    expect(page.get_by_role("cell", name="185.7")).to_be_visible()
    page.wait_for_load_state("networkidle")
    assert one.overflow() <= 0
    assert one.findings() == []
