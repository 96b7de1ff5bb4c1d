"""The living case of one with decisions and a right to leave: what was seen stands above both."""

from decimal import Decimal

import numpy as np

from retained.strategy.engine.case_files import model_of, read_case
from retained.strategy.engine.case_terms import CaseTerms
from retained.strategy.engine.come_true import come_true, place_of
from retained.strategy.engine.simulation import expected_values, simulate
from strategy.engine.test_living_case import JANUARY, actuals, euros, living, months
from strategy.engine.worked_case import WORKED


def held() -> CaseTerms:
    """Return the worked case with a fee that a decision holds, and a third option to leave for."""
    third = "options:\n  third: {title: Third, lines: {all: {formula: '1'}}}\n"
    changed = (
        ("two: {title: 2 % a year at most}", "two: {hold: {fee: 80000}}"),
        ("none: {hold: {cap: 100 %}}", "none: {hold: {fee: 70000}}"),
        ("options:\n", third),
        ("to: stay}", "to: third}"),
    )
    text = WORKED
    for old, new in changed:
        assert old in text
        text = text.replace(old, new)
    return read_case(text)


def test_a_right_to_leave_for_another_option_is_none_of_its_matter() -> None:
    known = actuals({"offer.fee": dict.fromkeys(months(3), euros("80000"))})
    found = living(held(), known, JANUARY.plus(2), draws=20)
    assert not found.moved
    assert found.now == found.signed


def test_what_was_seen_of_a_held_assumption_counts_and_goes_on() -> None:
    seen = {"fee": dict.fromkeys(months(3), Decimal(82_000))}
    case = model_of(held())
    assert case.held == {"fee": 80_000.0}
    lives = come_true(case, actuals({}, drivers=seen), place_of(case, JANUARY, JANUARY.plus(2)))
    [path] = expected_values(lives)["fee"]
    assert np.all(path == 82_000)
    fees = simulate(lives, draws=3, seed=1).options["offer"].lines["offer.fee"]
    assert np.all(fees[1:13] == 82_000)


def test_what_was_booked_counts_where_another_way_was_taken_than_the_signed_one() -> None:
    """Signed for 120,000 of severance; people moved for 50,000, and nobody left by the plan."""
    known = actuals(
        {
            "offer.fee": dict.fromkeys(months(4), euros("80000")),
            "offer.severance": {},
            "offer.transfer": {JANUARY.plus(3): euros("50000")},
        }
    )
    found = living(read_case(WORKED), known, JANUARY.plus(3), draws=2)
    assert found.moved == euros("70000.00")
    moved = {one.line: one.moved for one in found.lines if one.moved}
    assert moved == {"offer.severance": euros("120000.00"), "offer.transfer": euros("-50000.00")}
