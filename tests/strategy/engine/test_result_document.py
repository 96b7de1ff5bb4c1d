"""Results as documents: the same bytes for the same seed, and the same figures read again."""

import json
from decimal import Decimal

import pytest

from retained.shared.money import total
from retained.strategy.engine.case_files import model_of, read_case
from retained.strategy.engine.result_document import canonical, read_result, result_document
from retained.strategy.engine.results import CaseResult, as_money, run_case
from retained.strategy.engine.simulation import simulate
from strategy.engine.test_case_files import EXAMPLE


def result(*, seed: int = 7) -> CaseResult:
    terms = read_case(EXAMPLE)
    return run_case(simulate(model_of(terms), draws=500, seed=seed), terms)


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others() -> None:
    first, again, other = (
        canonical(result_document(result(seed=seed))).encode() for seed in (7, 7, 8)
    )
    assert first == again
    assert first != other


def test_what_is_read_again_is_what_was_computed() -> None:
    computed = result()
    figures = read_result(json.loads(canonical(result_document(computed))))
    option, wanted = figures.option("offer"), computed.options[0]
    assert (figures.draws, figures.seed, figures.priors) == (500, 7, 3)
    assert figures.rests_on == computed.rests_on
    assert option.value.p50 == as_money(wanted.value.p50, "EUR")
    assert option.value.chance == pytest.approx(wanted.value.chance)
    assert (option.years, option.payback.median) == (wanted.years, wanted.payback.median)
    assert {f"offer.{one.line}": one.present for one in option.lines} == wanted.lines
    assert [one.assumption for one in option.matters] == [one.driver for one in wanted.matters]
    assert option.matters[0].title == computed.terms.assumptions[option.matters[0].assumption].title
    with pytest.raises(KeyError):
        figures.option("stay")


def test_the_lines_of_both_sides_make_up_the_mean() -> None:
    figures = read_result(result_document(result()))
    option = figures.option("offer")
    sides = [
        total((one.present for one in lines), "EUR")
        for lines in (figures.baseline_lines, option.lines)
    ]
    # Each of eleven lines is rounded to its cent.
    assert abs((sides[0] - sides[1] - option.value.mean).amount) <= Decimal("0.06")


def test_the_fan_ends_where_the_term_does_and_rises_with_its_shares() -> None:
    fan = read_result(result_document(result())).option("offer").fan
    assert {len(months) for months in fan.amounts} == {37}
    ends = [months[-1] for months in fan.amounts]
    assert ends == sorted(ends)
    assert len(fan.shares) == len(ends)


def test_every_assumption_with_one_value_has_a_break_even() -> None:
    found = {
        one.assumption: one
        for one in read_result(result_document(result())).option("offer").break_evens
    }
    assert found["fee"].mean == 92_000
    assert found["fee"].value is not None
    assert found["fee"].unit == "EUR a month"
    assert "leavers" not in found
