"""Each rule alone and its price, the discounts, and what a bill is made of: the worked tables."""

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
import yaml
from award_examples import plain_optimum

from golden.golden_tables import FOLDER, rows
from retained.tendering.engine.award.awards import Award, Share, bill_of, discount_of, half_up
from retained.tendering.engine.award.building import build
from retained.tendering.engine.award.comparing import prices_of_rules
from retained.tendering.engine.award.exactness import broken, values_of
from retained.tendering.engine.award.files import read_award
from retained.tendering.engine.award.problem import (
    Bidder,
    DiscountKind,
    Discounts,
    Lot,
    Measure,
    Offer,
    Problem,
    Step,
)
from retained.tendering.engine.award.rule_terms import RuleTerms
from retained.tendering.engine.award.rules import MostShare
from retained.tendering.engine.award.solutions import Limits, Solution, Status
from retained.tendering.engine.award.solving import solve

EXACT = Limits(gap=0.0)
TEXT = (FOLDER / "award" / "three-lots.yaml").read_text("utf-8")
PAGE = Path(__file__).parents[4] / "docs" / "methods" / "award.md"
pytestmark = pytest.mark.usefixtures("in_process")


def three_lots(written: str) -> Problem:
    """Return the worked problem under rules that are written one after the other."""
    problem = read_award(TEXT).problem
    if written == "none":
        return problem
    terms = [yaml.safe_load("{" + one + "}") for one in written.split("; ")]
    return problem.with_rules(
        RuleTerms.model_validate(one).as_rule(f"rule {place}") for place, one in enumerate(terms)
    )


def holders(found: Solution) -> dict[str, str]:
    """Return who holds each lot."""
    assert found.bill is not None
    return {lot: line.bidder for line in found.bill.lines for lot in line.lots}


@pytest.mark.parametrize("row", rows("award/rules.csv"), ids=lambda row: row["rules"])
def test_every_rule_of_the_table_and_its_price(row: dict[str, str]) -> None:
    problem = three_lots(row["rules"])
    found = solve(problem, EXACT)
    assert holders(found) == {lot: row[lot] for lot in ("web", "data", "tests")}
    assert found.cost == int(row["cost"]) * 100
    assert plain_optimum(problem) == found.cost
    if row["price"]:
        *_, last = prices_of_rules(problem, found, EXACT)
        assert last.price == int(row["price"]) * 100
        assert last.below_gap is False


def test_the_page_shows_the_file_of_the_worked_table() -> None:
    assert TEXT in PAGE.read_text("utf-8")


@pytest.mark.parametrize("row", rows("award/discounts.csv"), ids=lambda row: "-".join(row.values()))
def test_every_discount_of_the_table(row: dict[str, str]) -> None:
    steps = [step.replace(" ", "").split(":") for step in row["steps"].split(";")]
    discounts = Discounts(
        DiscountKind(row["kind"]),
        tuple(Step(Fraction(at), Fraction(off.rstrip("%")) / 100) for at, off in steps),
    )
    bidder = Bidder("b", discounts=discounts)
    offer = Offer("lot", "b", Fraction(row["volume"]))
    problem = Problem("EUR", (Lot("lot"),), (bidder,), (offer,))
    award = Award((Share("lot", "b", Fraction(1)),))
    assert discount_of(problem, bidder, award) == int(row["taken off"])
    found = solve(problem, EXACT)
    assert found.cost == int(row["owed"])


def test_discounts_by_units_go_by_how_much_and_not_by_how_dear() -> None:
    discounts = Discounts(DiscountKind.ALL_UNIT, (Step(Fraction(5), Fraction(1, 10)),))
    lots = (Lot("small", units=Fraction(2)), Lot("large", units=Fraction(3)))
    by_units = Bidder("b", discounts=discounts, measure=Measure.UNITS)
    offers = (Offer("small", "b", Fraction(1000)), Offer("large", "b", Fraction(500)))
    problem = Problem("EUR", lots, (by_units, Bidder("c")), (*offers,))
    assert solve(problem, EXACT).cost == 1350
    other = replace(problem, offers=(*offers, Offer("large", "c", Fraction(360))))
    found = solve(other, EXACT)  # 1,000 and 360 apart; together a tenth off is less
    assert (found.cost, holders(found)) == (1350, {"small": "b", "large": "b"})


def test_switching_is_owed_where_a_lot_leaves_its_incumbent() -> None:
    found = solve(three_lots("none"), EXACT)
    assert found.bill is not None
    assert found.bill.switching == {"web": 600_000}
    stays = solve(three_lots("barred: Tallis"), EXACT)
    assert stays.bill is not None
    assert stays.bill.switching == {}


def test_an_award_that_breaks_a_rule_by_one_cent_is_broken() -> None:
    problem = three_lots("most_share: 50 %")
    award = Award((Share("web", "Tallis", Fraction(1)), Share("data", "Meros", Fraction(1)),
                   Share("tests", "Corvale", Fraction(1))))  # fmt: skip
    assert broken(build(problem), values_of(build(problem), problem, award)) == []
    [web, *others] = problem.lots
    dearer = replace(problem, lots=(replace(web, baseline=web.baseline + 1), *others))
    model = build(dearer)
    assert [row.rule for row in broken(model, values_of(model, dearer, award))] == ["rule 0"]


def test_an_award_that_only_a_tolerance_lets_through_is_cut_off() -> None:
    half = 10**12  # ten billion euros: a cent more is a billionth of a thousandth
    lots = (Lot("first", half + 1, in_house=900), Lot("second", half, in_house=900))
    offers = [
        Offer(lot.name, name, Fraction(price))
        for lot in lots
        for name, price in (("a", 100), ("b", 110))
    ]
    bidders = (Bidder("a"), Bidder("b"))
    cap = MostShare("half at most", Fraction(1, 2))
    found = solve(Problem("EUR", lots, bidders, tuple(offers), rules=(cap,)), EXACT)
    assert holders(found) == {"first": "in-house", "second": "a"}
    assert found.cost == 1000
    assert found.bound == 1000  # and not the 210 that the solver held possible at first
    assert found.status is Status.OPTIMAL


def test_halves_of_a_cent_are_rounded_away_from_nothing() -> None:
    halves = (Fraction(5, 2), Fraction(-5, 2), Fraction(249, 100))
    assert [half_up(one) for one in halves] == [3, -3, 2]


def test_the_bill_of_a_shared_lot_adds_up_to_what_is_owed() -> None:
    lot = Lot("work", parts=3, most_partners=3)
    bidders = (Bidder("a"), Bidder("b"))
    offers = (Offer("work", "a", Fraction(100)), Offer("work", "b", Fraction(200)))
    award = Award((Share("work", "a", Fraction(1, 3)), Share("work", "b", Fraction(2, 3))))
    bill = bill_of(Problem("EUR", (lot,), bidders, offers), award)
    assert [line.price for line in bill.lines] == [33, 133]
    assert (bill.total, bill.exact) == (166, Fraction(500, 3))
