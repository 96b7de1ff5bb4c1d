"""From an empty company to a signed case, and how it stands after ten months, in a real browser."""

from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect

from directory.cast import Cast
from journeys.conftest import DESK, PHONE, Visitor
from retained.directory.engine.roles import Role
from retained.jobs.worker import run_waiting
from retained.project import demonstration
from retained.project.demonstration.ledger import ledger_file
from retained.project.demonstration.plans import SEED
from retained.shared import clock
from retained.shared.months import Month

CASES = Path(demonstration.__file__).parent / "cases"
PAGES = [
    "/cases/", "/cases/SD-2025/", "/cases/SD-2025/try/", "/cases/SD-2025/terms/",
    "/cases/SD-2025/versions/", "/cases/SD-2025/versions/1/", "/cases/SD-2025/actuals/",
    "/cases/SD-2025/actuals/mapping/", "/cases/SD-2025/actuals/accounts/",
    "/cases/SD-2025/living/", "/cases/compare/?of=SD-2025",
    "/cases/new/",
]  # fmt: skip


@pytest.fixture(autouse=True)
def _the_story_s_day() -> None:
    clock.tell_story_of(date(2026, 11, 9), ZoneInfo("Europe/Amsterdam"))


def sign(page: Page, reasons: str) -> None:
    page.get_by_role("radio", name="Brightdesk").check()
    page.get_by_label("Why", exact=True).fill(reasons)
    page.get_by_role("button", name="Sign version 1").click()


def test_a_case_is_begun_signed_and_run_again_on_ten_months(
    visit: Visitor, cast: Cast, tmp_path: Path
) -> None:
    finance = visit(cast.people[Role.FINANCE])
    page = finance.open("/cases/")
    expect(page.get_by_role("link", name="Begin one with twelve answers")).to_be_visible()
    page.get_by_role("link", name="From a file").click()
    text = (CASES / "service-desk.yaml").read_text("utf-8")
    # The company is empty: it has no portfolio yet that the case could name.
    page.get_by_label("As YAML").fill(text.replace("functions: [service-desk]\n", ""))
    page.get_by_role("button", name="Keep the case").click()
    expect(page.get_by_text("The draws are being made")).to_be_visible()
    run_waiting()
    page.get_by_role("link", name="Look again").click()
    expect(page.get_by_text("draws save anything at all")).to_be_visible()
    expect(page.get_by_text("80 of 100", exact=True)).to_be_visible()

    page.get_by_role("link", name="What if").click()
    page.get_by_label("The offer").fill("80000")
    expect(page.get_by_role("heading", name="It would be")).to_be_visible()

    page.goto(finance.address + "/cases/SD-2025/sign/")
    sign(page, "It pays in four of five draws.")
    expect(page.get_by_text("A second person signs too")).to_be_visible()
    executive = visit(cast.people[Role.EXECUTIVE])
    other = executive.open("/")
    other.get_by_role("link", name="Sign “Service desk”, or say what is missing").click()
    sign(other, "The desk is no part of what we are.")
    expect(other.get_by_text("is signed by two people and frozen")).to_be_visible()

    page.goto(finance.address + "/cases/SD-2025/actuals/mapping/")
    page.get_by_label("As YAML").fill((CASES / "actuals.yaml").read_text("utf-8"))
    page.get_by_role("button", name="Save the mapping").click()
    ledger = tmp_path / "ledger.csv"
    ledger.write_bytes(ledger_file(SEED, through=Month(2026, 10)))
    page.goto(finance.address + "/cases/SD-2025/actuals/")
    page.locator("input[type=file]").set_input_files(ledger)
    page.get_by_role("button", name="Look at it").click()
    page.get_by_role("button", name="Let it count").click()
    run_waiting()
    page.goto(finance.address + "/cases/SD-2025/living/")
    expect(page.get_by_text("Signed at 80")).to_be_visible()
    expect(page.get_by_text("after ten months it stands at")).to_be_visible()
    page.get_by_role("link", name="Transition").click()
    expect(page.get_by_text("consultants and doubled work").first).to_be_visible()

    for viewport, theme in ((DESK, "light"), (PHONE, "dark")):
        reader = visit(cast.people[Role.FINANCE], viewport=viewport, theme=theme)
        for path in PAGES:
            reader.open(path)
            assert (path, reader.findings()) == (path, [])
            assert (path, reader.overflow() <= 0) == (path, True)
