"""A ledger mapped in a browser: its columns looked at, its accounts chosen, the bar following."""

import re
from pathlib import Path

from playwright.sync_api import expect

from directory.cast import Cast
from journeys.conftest import DESK, PHONE, Visitor
from retained.directory.engine.roles import Role
from strategy.signed_cases import LEDGER, signed_case


def test_a_ledger_is_mapped_without_writing_yaml(
    visit: Visitor, cast: Cast, tmp_path: Path
) -> None:
    signed_case(cast)
    ledger = tmp_path / "ledger.csv"
    ledger.write_text(LEDGER, "utf-8")
    finance = visit(cast.people[Role.FINANCE])
    page = finance.open("/cases/SIGNED/actuals/")
    page.locator("input[type=file]").set_input_files(ledger)
    page.get_by_label("Control total").fill("392,34")
    page.get_by_role("button", name="Look at it").click()
    expect(page.get_by_text("The control total agrees.")).to_be_visible()
    columns = re.sub(r"^https?://[^/]+", "", page.url)
    page.get_by_label("Before decimals stands").select_option("point")
    expect(page.get_by_text("6 of them cannot be used so.")).to_be_visible()
    page.get_by_label("Before decimals stands").select_option("comma")
    expect(page.get_by_text("All of them can be used.")).to_be_visible()
    for viewport, theme in ((DESK, "dark"), (PHONE, "light")):
        reader = visit(cast.people[Role.FINANCE], viewport=viewport, theme=theme)
        reader.open(columns)
        assert (reader.findings(), reader.overflow() <= 0) == ([], True)
    page.get_by_role("button", name="Read it so").click()

    shares = page.locator("#shares")
    expect(shares).to_contain_text("0.00 EUR taken by lines")
    page.get_by_label("Line of 4310 of 41").select_option("offer.fee")
    expect(shares).to_contain_text("380.00 EUR taken by lines")
    because = page.get_by_label("Why 4990 of 41 is left out")
    expect(because).to_be_hidden()
    page.get_by_label("Line of 4990 of 41").select_option("leave-out")
    because.fill("Flowers for the team")
    because.blur()
    expect(shares).to_contain_text("12.34 EUR left out")
    expect(shares).to_contain_text("392.34 EUR in all")
    assert finance.findings() == []
    page.get_by_role("button", name="Save as mapping 2").click()
    page.get_by_role("button", name="Let it count").click()
    expect(page.get_by_text("It counts, and the case is re-run with it.")).to_be_visible()
