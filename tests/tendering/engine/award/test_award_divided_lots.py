"""Lots that several share: every division of small ones, and what the reader sees of it."""

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from itertools import product

import pytest
from award_examples import gams_bid
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from made_problems import bidders

from retained.tendering.engine.award.awards import Award, Share, bill_of
from retained.tendering.engine.award.problem import IN_HOUSE, Bidder, Lot, Measure, Offer, Problem
from retained.tendering.engine.award.rules import LeastShare, MostPartners, MostShare
from retained.tendering.engine.award.solutions import Limits, Status
from retained.tendering.engine.award.solving import solve

EXACT = Limits(gap=0.0)
pytestmark = pytest.mark.usefixtures("in_process")
PARTS = 4
NAMES = ("b1", "b2", "b3")


@st.composite
def divided(draw: st.DrawFn) -> Problem:
    """Draw two lots in quarters and three bidders."""
    price = st.integers(50, 150).map(Fraction)
    lots = tuple(
        Lot(
            name,
            draw(st.integers(1, 100)),
            Fraction(draw(st.integers(1, 3))),
            draw(st.sampled_from(("", IN_HOUSE, *NAMES))),
            draw(st.integers(0, 40)),
            draw(st.none() | st.integers(80, 200)),
            PARTS,
            draw(st.integers(1, 3)),
            draw(st.sampled_from((Fraction(0), Fraction(1, 4), Fraction(1, 2)))),
        )
        for name in ("l1", "l2")
    )
    offers = tuple(Offer(lot.name, name, draw(price)) for lot in lots for name in NAMES)
    rules = (
        MostPartners("most partners", draw(st.integers(1, 3))),
        MostShare("cap", Fraction(draw(st.integers(30, 100)), 100)),
        LeastShare("least", Fraction(draw(st.integers(0, 30)), 100)),
    )
    asked = draw(st.lists(st.sampled_from(rules), unique=True, max_size=2))
    return Problem(
        "EUR", lots, tuple(draw(bidders(name)) for name in NAMES), offers, rules=tuple(asked)
    )


def divisions(problem: Problem, lot: Lot) -> Iterator[list[Share]]:
    """Yield every way to divide a lot into its parts."""
    doers = [*NAMES, *([IN_HOUSE] if lot.in_house is not None else [])]
    for parts in product(range(PARTS + 1), repeat=len(doers)):
        shares = [
            Share(lot.name, who, Fraction(one, PARTS))
            for who, one in zip(doers, parts, strict=True)
            if one
        ]
        partners = [one for one in shares if one.bidder != IN_HOUSE]
        within = len(partners) <= lot.most_partners
        if sum(parts) == PARTS and within and all(one.share >= lot.least_share for one in partners):
            yield shares


def kept(problem: Problem, shares: list[Share]) -> bool:
    """Return whether shares keep the rules and limits."""
    worth = {lot.name: lot.baseline for lot in problem.lots}
    units = {lot.name: lot.units for lot in problem.lots}
    price = {(one.lot, one.bidder): one.price for one in problem.offers}
    partners = {one.bidder for one in shares} - {IN_HOUSE}
    held = {
        name: sum(worth[one.lot] * one.share for one in shares if one.bidder == name)
        for name in partners
    }
    for rule in problem.rules:
        if isinstance(rule, MostPartners) and len(partners) > rule.number:
            return False
        if isinstance(rule, MostShare | LeastShare):
            limit = rule.share * problem.baseline
            found = held.values()
            if isinstance(rule, MostShare) and any(one > limit for one in found):
                return False
            if isinstance(rule, LeastShare) and any(one < limit for one in found):
                return False
    for bidder in problem.bidders:
        if bidder.name in partners:
            taken = sum(
                (price[one.lot, one.bidder] if bidder.measure is Measure.VALUE else units[one.lot])
                * one.share
                for one in shares
                if one.bidder == bidder.name
            )
            if taken < bidder.least or (bidder.most is not None and taken > bidder.most):
                return False
    return True


@settings(
    deadline=None, max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(divided())
def test_no_division_into_parts_is_cheaper(problem: Problem) -> None:
    least = min(
        (
            bill_of(problem, Award((*first, *second))).exact
            for first in divisions(problem, problem.lots[0])
            for second in divisions(problem, problem.lots[1])
            if kept(problem, [*first, *second])
        ),
        default=None,
    )
    found = solve(problem, EXACT)
    if least is None:
        assert found.bill is None
        assert found.status is Status.INFEASIBLE
    else:
        assert found.status is Status.OPTIMAL
        assert found.bill is not None
        assert found.bill.exact == least


def test_a_share_is_a_whole_number_of_parts_and_a_tight_cap_holds_exactly() -> None:
    lot = Lot("work", 3000, parts=100, most_partners=3, least_share=Fraction(1, 5))
    problem = Problem(
        "EUR",
        (lot,),
        (Bidder("cheap"), Bidder("dear"), Bidder("dearest")),
        (
            Offer("work", "cheap", Fraction(1000)),
            Offer("work", "dear", Fraction(1001)),
            Offer("work", "dearest", Fraction(1100)),
        ),
        rules=(MostShare("a third at most", Fraction(1, 3)),),
    )
    assert solve(problem, EXACT).status is Status.INFEASIBLE  # three times 33 % leave 1 %
    thirds = replace(problem, lots=(replace(lot, parts=300),))
    found = solve(thirds, EXACT)
    assert found.bill is not None
    assert [line.share for line in found.bill.lines] == [Fraction(1, 3)] * 3
    assert [line.price for line in found.bill.lines] == [333, 334, 367]
    assert found.bill.total == 1034  # the lines add up to what is owed


def test_coarse_parts_are_still_proven_optimal() -> None:
    problem = gams_bid()
    [lot] = problem.lots
    coarse = replace(problem, lots=(replace(lot, parts=50),))
    found = solve(coarse, Limits(gap=1e-6))
    assert found.status is Status.OPTIMAL
    assert found.cost is not None
    assert found.cost > 1_521_010_951
