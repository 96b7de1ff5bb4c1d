"""IT functions in a real browser: from an empty portfolio to advice, by keyboard, and what if."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from directory.cast import Cast
from journeys.conftest import DESK, PHONE, Visitor
from retained.directory.engine.roles import Role
from retained.shared import clock
from retained.strategy.commands.appraisals import give_appraisal
from retained.strategy.commands.portfolio import add_function, take_from_catalogue
from retained.strategy.engine.function_files import read_function
from retained.strategy.engine.own_or_buy import Question
from retained.strategy.models import ItFunction
from strategy.portfolio.function_texts import SERVICE_DESK

PAGES = [
    "/functions/",
    "/functions/new/",
    "/functions/catalogue/",
    "/functions/import/",
    "/functions/business/",
    "/functions/business/new/",
    "/functions/service-desk/",
    "/functions/service-desk/change/",
    "/functions/service-desk/who-does-what/",
    "/functions/service-desk/options/",
    "/functions/service-desk/text/",
    "/functions/service-desk/versions/",
    "/functions/service-desk/appraise/",
    "/functions/service-desk/what-if/?edge=4",
]
_ALONE = ("legal_entities:", "sites:", "supports:")


@pytest.mark.parametrize(
    ("viewport", "theme"), [(DESK, "light"), (PHONE, "dark")], ids=["desk", "phone"]
)
def test_the_pages_of_functions_are_accessible_and_fit(
    visit: Visitor, cast: Cast, viewport: dict[str, int], theme: str
) -> None:
    lead = cast.people[Role.SOURCING_LEAD]
    text = "\n".join(line for line in SERVICE_DESK.splitlines() if not line.startswith(_ALONE))
    desk = add_function(read_function(text), by=lead, at=clock.now())
    for person, level in ((lead, 1), (cast.people[Role.FINANCE], 4)):
        give_appraisal(desk, dict.fromkeys(Question, level), by=person, at=clock.now())
    here = visit(lead, viewport=viewport, theme=theme)
    for path in PAGES:
        here.open(path)
        assert (path, here.findings()) == (path, [])
        assert (path, here.overflow() <= 0) == (path, True)


def test_from_an_empty_portfolio_to_advice_by_keyboard(visit: Visitor, cast: Cast) -> None:
    page = visit(cast.people[Role.SOURCING_LEAD]).open("/functions/")
    page.get_by_role("link", name="Open the starter catalogue").click()
    page.get_by_label("Service desk").check()
    page.get_by_role("button", name="Take what is ticked").click()
    page.get_by_role("link", name="Service desk").click()
    page.get_by_role("link", name="Answer the questions").click()
    for number in range(len(Question)):
        _answer(page, number, level=1)
    page.get_by_role("button", name="Keep my answers").click()
    expect(page.get_by_text("Buy it on the market", exact=True)).to_be_visible()
    page.get_by_role("link", name="What if the answers were others?").click()
    page.get_by_label("Competitive edge").select_option(label="It is why they come")
    expect(page.locator("#answer")).to_contain_text("With 1 answer changed")
    expect(page.locator("#answer")).to_contain_text("Hand it to one partner")
    page.get_by_role("link", name="IT functions").first.click()
    expect(page.get_by_role("heading", name="The map")).to_be_visible()


def _answer(page: Page, number: int, *, level: int) -> None:
    """Choose an answer by keyboard alone: the space bar takes the first, arrows go on."""
    page.locator(f"fieldset.pf-question >> nth={number}").locator("input").first.focus()
    page.keyboard.press("Space")
    for _ in range(level):
        page.keyboard.press("ArrowRight")


def test_a_list_is_taken_in_after_it_was_looked_at(
    visit: Visitor, cast: Cast, tmp_path: Path
) -> None:
    lead = cast.people[Role.SOURCING_LEAD]
    take_from_catalogue(["networks"], by=lead, at=clock.now())
    path = tmp_path / "list.csv"
    path.write_text("Thing;Boss\nNetworks;Jeroen\nWide area;Femke\n", "utf-8")
    page = visit(lead).open("/functions/import/")
    page.locator("input[type=file]").set_input_files(path)
    page.get_by_role("button", name="Look at it").click()
    expect(page.get_by_text("Say which column holds the IT function")).to_be_visible()
    page.get_by_label("IT function").select_option("Thing")
    page.get_by_label("Owner").select_option("Boss")
    page.get_by_role("button", name="See what it would do").click()
    expect(page.get_by_text("1 to add, 1 to change, 0 as they are")).to_be_visible()
    page.get_by_role("button", name="Take it in").click()
    expect(page.get_by_text("Taken in: 1 new, 1 changed")).to_be_visible()
    assert ItFunction.objects.filter(reference="wide-area").exists()
