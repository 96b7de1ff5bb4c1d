"""A rate card in a real browser: dropped, looked at, taken in, and used in a draft."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from directory.cast import AT, Cast
from journeys.conftest import DESK, PHONE, Visitor
from retained.directory.engine.roles import Role
from retained.strategy.commands.cases import create_case
from retained.strategy.engine.case_files import read_case
from strategy.case_texts import SURE

CARD = (
    "Labour category;Level;Unit of issue;Price;Start;End\n"
    "Network engineer;Senior;Hour;$67.55;5/25/2026;5/24/2030\n"
    "Network engineer;Junior;HOUR;$52.45;5/25/2026;5/24/2030\n"
    "Test analyst;Senior;Day;$610.00;5/25/2026;5/24/2030\n"
    ";Senior;Day;$610.00;5/25/2026;5/24/2030\n"
)


@pytest.mark.parametrize(("viewport", "theme"), [(DESK, "light"), (PHONE, "dark")])
def test_a_card_is_brought_in_and_becomes_an_assumption(
    cast: Cast, visit: Visitor, tmp_path: Path, viewport: dict[str, int], theme: str
) -> None:
    create_case(read_case(SURE), by=cast.people[Role.FINANCE], at=AT)
    file = tmp_path / "osprey.csv"
    file.write_text(CARD, "utf-8")
    one = visit(cast.people[Role.FINANCE], viewport=viewport, theme=theme)
    page = one.open("/rate-cards/")
    page.get_by_role("link", name="Bring one in").first.click()
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("button", name="Look at it").click()
    page.get_by_label("Currency of the whole card").fill("USD")
    page.get_by_role("button", name="See how it would be read").click()
    expect(page.get_by_text("3 rates can be used, 1 row cannot.")).to_be_visible()
    expect(page.get_by_role("cell", name="76.25")).to_be_visible()
    page.wait_for_load_state("networkidle")
    assert one.overflow() <= 0
    assert one.findings() == []
    page.get_by_label("Leave out the rows that cannot be used").check()
    page.get_by_role("button", name="Take it in").click()
    expect(page.get_by_role("heading", name="osprey")).to_be_visible()
    expect(page.locator("[data-chart] svg, [data-chart] canvas").first).to_be_visible()
    page.wait_for_load_state("networkidle")
    assert one.overflow() <= 0
    assert one.findings() == []
    page.get_by_role("link", name="All for sure").click()
    page.get_by_label("Role holds").fill("network")
    page.get_by_label("Valid on").fill("2026-11-09")
    page.get_by_label("or is new, with this name in formulas").fill("engineer_rate")
    page.get_by_role("button", name="See what it would be").click()
    expect(page.get_by_text("osprey: 2 rates")).to_be_visible()
    page.wait_for_load_state("networkidle")
    assert one.overflow() <= 0
    assert one.findings() == []
    page.get_by_role("button", name="Save it in the case").click()
    expect(page.get_by_role("cell", name="USD an hour")).to_be_visible()
