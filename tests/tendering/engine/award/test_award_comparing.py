"""Scenarios, prices of rules and what is below the gap, alternatives, and conflicts in words."""

from dataclasses import replace
from fractions import Fraction

import pytest
from award_examples import every_award, plain_cost, plain_optimum, plainly_kept
from hypothesis import HealthCheck, given, settings
from made_problems import problems

from golden.golden_tables import FOLDER
from retained.tendering.engine.award.comparing import (
    Scenario,
    alternatives,
    price_of,
    prices_of_rules,
    scenarios,
)
from retained.tendering.engine.award.conflicts import Conflict, conflict
from retained.tendering.engine.award.files import read_award
from retained.tendering.engine.award.problem import Problem
from retained.tendering.engine.award.rules import (
    LeastPartners,
    MostPartners,
    MostShare,
    QualityFloor,
)
from retained.tendering.engine.award.solutions import Limits, Status
from retained.tendering.engine.award.solving import solve

EXACT = Limits(gap=0.0)
THREE_LOTS = read_award((FOLDER / "award" / "three-lots.yaml").read_text("utf-8")).problem
ONE = MostPartners("at most one partner", 1)
GOOD = QualityFloor("quality of 75", Fraction(75))
pytestmark = pytest.mark.usefixtures("in_process")
mild = settings(
    deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def test_scenarios_stand_in_their_order_each_with_its_own_rules() -> None:
    problem = THREE_LOTS.with_rules([ONE])
    listed = [
        Scenario("free", without=("at most one partner",)),
        Scenario("good", rules=(GOOD,)),
        Scenario("without Tallis", without_bidders=("Tallis",)),
    ]
    found = [(one.name, solution.cost) for one, solution in scenarios(problem, listed, EXACT)]
    assert found == [("free", 18_300_000), ("good", 19_495_000), ("without Tallis", 19_495_000)]


def test_who_did_not_bid_may_still_be_the_incumbent() -> None:
    problem = THREE_LOTS.without_bidders(["Corvale"])
    found = solve(problem, EXACT)
    assert found.bill is not None
    assert found.bill.switching == {"web": 600_000}


def test_a_rule_that_binds_has_a_price_and_one_that_does_not_has_none() -> None:
    loose = MostPartners("at most five partners", 5)
    problem = THREE_LOTS.with_rules([GOOD, loose])
    first, second = prices_of_rules(problem, solve(problem, EXACT), EXACT)
    assert (first.rule, first.price, first.below_gap) == ("quality of 75", 610_000, False)
    assert (second.rule, second.price) == ("at most five partners", 0)


def test_a_price_that_the_gap_could_have_made_is_noise() -> None:
    rough = Limits(gap=0.05)
    problem = THREE_LOTS.with_rules([GOOD])
    [found] = prices_of_rules(problem, solve(problem, rough), rough)
    assert found.below_gap
    assert found.most is not None
    fine = solve(problem, EXACT)
    without = replace(
        solve(problem.without_rule(GOOD.name), EXACT), bound=Fraction(18_300_000 - 700_000)
    )
    doubted = price_of(GOOD.name, fine, without)
    assert (doubted.price, doubted.most, doubted.below_gap) == (610_000, 1_310_000, True)


def test_a_rule_has_no_price_where_there_is_no_award() -> None:
    impossible = THREE_LOTS.with_rules([QualityFloor("quality of 99", Fraction(99))])
    nothing = solve(impossible, EXACT)
    [found] = prices_of_rules(impossible, nothing, EXACT)
    assert (found.price, found.most, found.below_gap) == (None, None, False)


def test_alternatives_come_by_cost_none_twice_and_none_too_dear() -> None:
    found = solve(THREE_LOTS, EXACT)
    others = list(alternatives(THREE_LOTS, found, EXACT, number=4, within=Fraction(3, 100)))
    assert [one.cost for one in others] == [18_500_000, 18_700_000, 18_700_000, 18_700_000]
    assert len({found.choice, *(one.choice for one in others)}) == 5
    assert list(alternatives(THREE_LOTS, found, EXACT, number=4, within=Fraction(0))) == []


@mild
@given(problems())
def test_alternatives_are_the_very_next_awards(problem: Problem) -> None:
    found = solve(problem, EXACT)
    others = alternatives(problem, found, EXACT, number=3, within=Fraction(1))
    costs = sorted(
        cost
        for held in every_award(problem)
        if plainly_kept(problem, held)
        and (cost := plain_cost(problem, held)) <= 2 * max(plain_optimum(problem) or 0, 0)
    )
    assert [one.bill.exact for one in others if one.bill] == costs[1:4]


def test_a_conflict_is_said_in_words_with_what_to_relax() -> None:
    problem = THREE_LOTS.with_rules(
        [
            MostPartners("at most three partners", 3),
            QualityFloor("quality of 85", Fraction(85)),
            LeastPartners("at least two partners", 2),
        ]
    )
    assert solve(problem, EXACT).status is Status.INFEASIBLE
    found = conflict(problem, EXACT)
    assert found == Conflict(
        ("quality of 85", "at least two partners"),
        ("quality of 85", "at least two partners"),
        proven=True,
    )
    assert found.sentence == (
        "These cannot be kept together: “quality of 85” + “at least two partners”. Relax “quality "
        "of 85” or “at least two partners”: that alone makes an award possible."
    )


def test_two_conflicts_at_once_are_said_to_be_so() -> None:
    problem = THREE_LOTS.with_rules(
        [
            QualityFloor("quality of 99", Fraction(99)),
            MostShare("a fifth at most", Fraction(1, 5)),
        ]
    )
    found = conflict(problem, EXACT)
    assert found.names == ("a fifth at most",)
    assert found.enough == ()
    assert "another conflict behind this one" in found.sentence


def test_the_limits_of_bidders_can_be_what_is_in_the_way() -> None:
    bidders = tuple(replace(one, most=Fraction(9_000_000)) for one in THREE_LOTS.bidders)
    problem = replace(
        THREE_LOTS, bidders=bidders, bundles=(), rules=(MostPartners("one partner", 1),)
    )
    found = conflict(problem, EXACT)
    assert found.names[0] == "one partner" or "takes on" in found.names[0]
    assert found.enough
    unlimited = replace(THREE_LOTS, bundles=(), rules=problem.rules)
    assert solve(unlimited, EXACT).status is Status.OPTIMAL


def test_offers_that_leave_a_lot_undone_break_no_rule() -> None:
    problem = replace(
        THREE_LOTS, offers=tuple(one for one in THREE_LOTS.offers if one.lot != "tests")
    )
    found = conflict(problem, EXACT)
    assert found.names == ()
    assert "ask for more offers" in found.sentence
