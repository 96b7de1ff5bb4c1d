"""Award files: every remark at once with line and field, CSV of prices, and the schema."""

import csv
import json
from fractions import Fraction
from pathlib import Path

import pytest

from golden.golden_tables import FOLDER
from retained.tendering.engine.award.files import (
    AwardRefusedError,
    award_schema,
    read_award,
)
from retained.tendering.engine.award.problem import Offer

ROOT = Path(__file__).parents[4]
TEXT = (FOLDER / "award" / "three-lots.yaml").read_text("utf-8")
EXAMPLE = ROOT / "examples" / "application-maintenance-award" / "award.yaml"


def remarks(text: str, **prices: str) -> list[str]:
    """Return every remark on a file and price files."""
    with pytest.raises(AwardRefusedError) as caught:
        read_award(text, prices={f"{name}.csv": content for name, content in prices.items()})
    return list(map(str, caught.value.remarks))


def test_the_published_schema_is_that_of_the_models() -> None:
    path = ROOT / "docs" / "reference" / "schemas" / "award-1.schema.json"
    assert path.read_text("utf-8") == award_schema()
    assert json.loads(award_schema())["$id"] == "retained/award/1"


def test_the_example_is_read() -> None:
    found = read_award(EXAMPLE.read_text("utf-8"))
    assert found.reference == "AM-2026"
    assert [lot.divisible for lot in found.problem.lots] == [False, False, False, True]
    assert found.problem.quality_of("testing", "Tallis") == 66
    assert found.scenarios[0].name == "two partners at most"


def test_everything_that_is_wrong_comes_at_once_with_line_and_field() -> None:
    wrong = (
        TEXT.replace("incumbent: Corvale", "incumbent: Nobody")
        .replace("onboarding: 2000", "onboarding: 2000.005")
        .replace("data: 50000", "data: 50000 USD")
        .replace("lots: [web, data]", "lots: [web, date]")
        .replace("{120000: 5 %}", "{120000: 5 %, 150000: 4 %}")
    )
    found = remarks(wrong)
    assert [one.partition(": ")[0] for one in found] == [
        "award.yaml, row 6, column “lots.web.incumbent”",
        "award.yaml, row 14, column “bidders.Corvale.discounts.steps”",
        "award.yaml, row 19, column “bidders.Osprey.bundles.web and data.lots.1”",
        "award.yaml, row 26, column “bidders.Meros.onboarding”",
        "award.yaml, row 28, column “bidders.Meros.prices.data”",
    ]
    assert "“Nobody” is no bidder: write in-house, or leave it out." in found[0]
    assert "more than 2 digits after the point, which EUR does not have" in found[3]
    assert "is not in EUR: convert it at a dated rate first" in found[4]


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ("{}", "give one of most_partners"),
        ("{most_partners: 2, barred: Meros}", "most_partners and barred are given"),
        ("{most_partners: two}", "is not a whole number"),
        ("{most_share: 0.4}", "is not a percentage"),
        ("{most_share: 140 %}", "between 0 % and 100 %"),
        ("{most_share: 40 %, bidder: Nobody}", "“Nobody” is no bidder of this file"),
        ("{most_share_of_parent: 40 %, parent: Meros}", "“Meros” is no parent of this file"),
        ("{given_to: Corvale}", "say which lot"),
        ("{given_to: in-house, lot: cellar}", "“cellar” is no lot of this file"),
        ("{most_partners: 2, lot: web}", "says nothing about one lot"),
        ("{no_discounts: no}", "leave the rule out"),
    ],
)
def test_a_rule_that_cannot_be_understood_says_why(rule: str, said: str) -> None:
    [found] = remarks(f"{TEXT}rules:\n  mine: {rule}\n")
    assert said.casefold() in found.casefold()
    assert "row 30" in found or "row 31" in found


def test_rules_that_weigh_lots_need_baselines_and_qualities() -> None:
    no_baseline = TEXT.replace("{baseline: 40000}", "{in_house: 50000}")
    [found] = remarks(f"{no_baseline}rules:\n  cap: {{most_share: 50 %}}\n")
    assert "these have none: tests" in found
    no_quality = TEXT.replace("    quality: 60\n", "")
    [found] = remarks(f"{no_quality}rules:\n  good: {{least_quality: 70}}\n")
    assert "Meros has none for data, tests" in found


def test_a_lot_that_nobody_offers_is_refused() -> None:
    nothing = TEXT.replace("lots:\n", "lots:\n  cellar: {baseline: 1}\n", 1)
    assert "Nobody offers cellar: add a price" in remarks(nothing)[0]


def test_lots_that_may_be_bought_twice_are_not_weighed() -> None:
    twice = TEXT.replace("currency: EUR", "currency: EUR\noverlap: yes")
    assert "lots.web" in remarks(twice)[0]
    whole = twice.replace(", incumbent: Corvale, switching: 6000", "")
    assert read_award(whole).problem.overlap
    assert "cannot weigh" in remarks(f"{whole}rules:\n  cap: {{most_share: 50 %}}\n")[0]


def test_a_scenario_names_rules_and_bidders_that_are_there() -> None:
    found = remarks(
        f"{TEXT}rules:\n  two: {{most_partners: 2}}\nscenarios:\n"
        "  odd: {without: [three], without_bidders: [Nobody], rules: {two: {most_partners: 1}}}\n"
    )
    assert len(found) == 3
    assert "“three” is no rule of this file: two" in found[0]
    assert "“two” is a rule already" in found[2]


def test_prices_from_csv_give_the_same_problem_in_any_order() -> None:
    lines = [line for line in TEXT.splitlines() if "    prices:" not in line]
    bare = "\n".join(lines)
    rows = [
        f"{offer.lot},{offer.bidder},{offer.price / 100}"
        for offer in read_award(TEXT).problem.offers
    ]
    head = "lot,bidder,price\n"
    once = read_award(bare, prices={"p.csv": head + "\n".join(rows)})
    again = read_award(
        bare,
        prices={"a.csv": head + "\n".join(rows[:4:-1]), "b.csv": head + "\n".join(rows[4::-1])},
    )
    assert once.problem == again.problem == read_award(TEXT).problem


def test_every_row_of_prices_that_is_wrong_says_where() -> None:
    prices = (
        "lot,bidder,price,unit_price,currency,quality\n"
        "web,Meros,1,,,\ncellar,Meros,1,,,\nweb,Nobody,1,,,\nweb,Meros,2,,,\n"
        "web,Tallis,1,1,,\nweb,Corvale,1.005,,,\nweb,Corvale,5,,USD,\nweb,Corvale,-5,,,\n"
        "tests,Corvale,x,,,\ndata,Corvale,5,,,-1\nweb,Corvale,1,,,,,\n"
    )
    found = remarks(TEXT, mine=prices)
    places = [one.partition(": ")[0] for one in found]
    assert places == [
        "mine.csv, row 3, column “lot”",
        "mine.csv, row 4, column “bidder”",
        "mine.csv, row 5, column “bidder”",
        "mine.csv, row 6, column “price”",
        "mine.csv, row 7, column “price”",
        "mine.csv, row 8, column “currency”",
        "mine.csv, row 9, column “price”",
        "mine.csv, row 10, column “price”",
        "mine.csv, row 11, column “quality”",
        "mine.csv, row 12",
    ]


def test_a_cell_that_never_ends_is_refused(request: pytest.FixtureRequest) -> None:
    """How long a cell may be is one value of the process: other stages read longer ones."""
    longest = csv.field_size_limit(100_000)
    request.addfinalizer(lambda: csv.field_size_limit(longest))
    endless = "lot,bidder,price\nweb,Tallis," + "9" * 200_000
    assert "it is no CSV" in remarks(TEXT, mine=endless)[0]
    assert "missing" in remarks(TEXT, mine="lot,price\n")[0]
    assert "no column of prices" in remarks(TEXT, mine="lot,bidder,price,colour\n")[0]
    assert "neither" in remarks(TEXT, mine="lot,bidder\n")[0]


def test_a_price_in_two_places_is_refused() -> None:
    found = remarks(TEXT, mine="lot,bidder,price\ndata,Meros,1\n")
    assert "Meros's price for data is given twice" in found[0]


def test_a_unit_price_may_have_more_digits_than_money() -> None:
    text = TEXT.replace("{baseline: 40000}", "{baseline: 40000, units: 1000.5}")
    text = text.replace("tests: 33000}", "}\n    unit_prices: {tests: 32.98755}")
    offers = read_award(text).problem.offers
    assert Offer("tests", "Meros", Fraction("32.98755") * Fraction("1000.5") * 100) in offers


def test_incremental_discounts_by_units_need_one_unit_price() -> None:
    text = TEXT.replace("    quality: 60\n", "    quality: 60\n    measure: units\n"
                        "    discounts: {kind: incremental, steps: {1: 2 %}}\n")  # fmt: skip
    assert "need one unit price" in remarks(text)[0]
    assert read_award(text.replace("data: 50000", "data: 33000"))


def test_a_share_needs_parts() -> None:
    text = TEXT.replace("{baseline: 40000}", "{baseline: 40000, most_partners: 2}")
    assert "write parts: 100" in remarks(text)[0]


@pytest.mark.parametrize(
    ("right", "wrong", "field", "said"),
    [
        ("onboarding: 2000", "onboarding: -1", "bidders.Meros.onboarding", "less than nothing"),
        ("onboarding: 2000", "onboarding: much", "bidders.Meros.onboarding", "is not a number"),
        ("switching: 6000", "switching: -6", "lots.web.switching", "less than nothing"),
        ("in_house: 62000", "in_house: 1.001", "lots.data.in_house", "more than 2 digits"),
        ("  data: {", "  in-house: {", "lots.in-house", "who keeps a lot"),
        ("  Meros:", "  in-house:", "bidders.in-house", "stands under the lot"),
        ("tests: 33000}", "tests: 33000}\n    unit_prices: {tests: 1}",
         "bidders.Meros.unit_prices.tests", "the price or the unit price"),
        ("tests: 33000}", "}\n    unit_prices: {tests: 1 USD}",
         "bidders.Meros.unit_prices.tests", "is not in EUR"),
        ("lots: [web, data]", "lots: [web, web]", "bidders.Osprey.bundles.web and data.lots",
         "stands in it twice"),
        ("parent: Tallis", "least: 9\n    most: 5", "bidders.Meros.most", "less than the least, 9"),
        ("parent: Tallis", "least: -9", "bidders.Meros.least", "less than nothing"),
        ("{120000: 5 %}", "{many: 5 %}", "bidders.Corvale.discounts.steps.many", "not a number"),
        ("{120000: 5 %}", "{-1: 5 %}", "bidders.Corvale.discounts.steps", "not below nothing"),
        ("web: 98000", "web: -98000", "bidders.Corvale.prices.web", "cannot have discounts"),
        ("parent: Tallis", "bundles: {web and data: {lots: [web, data], price: 1}}",
         "bidders.Meros.bundles.web and data", "Osprey has a bundle of this name too"),
        ("baseline: 40000", "baseline: 40000, units: 0", "lots.tests.units", "more than nothing"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_in_its_field(
    right: str, wrong: str, field: str, said: str
) -> None:
    assert TEXT.count(right) == 1
    found = remarks(TEXT.replace(right, wrong))
    assert any(f"column “{field}”" in one and said in one for one in found), found
