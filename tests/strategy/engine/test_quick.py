"""A slider that is moved: what is held changes, and nothing else does."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retained.strategy.engine.case_files import model_of, read_case
from retained.strategy.engine.cases import CaseRefusedError
from retained.strategy.engine.distributions import Fixed, Normal
from retained.strategy.engine.formulas.reading import read_formula
from retained.strategy.engine.quick import holding, quick_result
from retained.strategy.engine.results import as_money, run_case
from retained.strategy.engine.simulation import expected, simulate
from retained.strategy.engine.sources import Driver, Event, Once
from retained.strategy.engine.streams import Correlation
from strategy.engine.made_cases import case, line
from strategy.engine.test_case_files import EXAMPLE

TERMS = read_case(EXAMPLE)


def test_nothing_changed_is_the_run_of_the_case() -> None:
    [quick] = quick_result(TERMS, {}, draws=2_000, seed=7)
    [whole] = run_case(simulate(model_of(TERMS), draws=2_000, seed=7), TERMS).options
    assert quick.value.mean == as_money(whole.value.mean, "EUR")
    assert quick.value.chance == whole.value.chance
    assert (quick.payback, quick.years, quick.at_means) == (
        whole.payback, whole.years, whole.at_means,
    )  # fmt: skip


def test_a_cheaper_offer_saves_what_it_is_cheaper_by() -> None:
    """12,000 a month with VAT over 32.49 months, and a little more: the dip and the index."""
    [dear], [cheap] = (quick_result(TERMS, {"fee": fee}, seed=7) for fee in ("92000", "80000"))
    more = cheap.value.mean - dear.value.mean
    assert 12_000 * 1.21 * 32.489812 < more.amount < 1.1 * 12_000 * 1.21 * 32.489812
    assert cheap.value.chance > dear.value.chance


def test_what_is_held_leaves_the_draws_of_all_others() -> None:
    made = case(
        {"stay": [line("base", "first")], "offer": [line("cost", "second")]},
        {"first": Normal(0, 1), "second": Normal(5, 1)},
        correlations=[Correlation("first", "second", 0.8)],
    )
    free = simulate(made, draws=300, seed=2)
    held = simulate(replace(made, held={"first": 0.25}), draws=300, seed=2)
    assert np.array_equal(free.options["offer"].present, held.options["offer"].present)
    assert np.all(held.options["stay"].present == held.options["stay"].present[0])
    assert "first" not in held.shares


def test_what_is_held_at_a_value_is_what_is_fixed_at_it() -> None:
    made = case(
        {"stay": [line("base", "0")], "offer": [line("cost", "thing * twice")]},
        {"thing": Normal(3, 1), "twice": read_formula("thing * 2")},
    )
    fixed = replace(made, drivers=(Driver("thing", Once(Fixed(4.0))), made.drivers[1]))
    held = replace(made, held={"thing": 4.0})
    assert expected(held).saving("offer") == expected(fixed).saving("offer")
    assert np.array_equal(
        simulate(held, draws=10, seed=1).saving("offer"),
        simulate(fixed, draws=10, seed=1).saving("offer"),
    )


@settings(max_examples=10, deadline=None)
@given(st.floats(20_000, 200_000), st.floats(0, 100_000))
def test_a_dearer_offer_never_saves_more(fee: float, more: float) -> None:
    [first], [second] = (
        quick_result(TERMS, {"fee": f"{amount:.2f}"}, draws=200) for amount in (fee, fee + more)
    )
    assert second.value.mean <= first.value.mean
    assert second.value.chance <= first.value.chance


def test_everything_that_cannot_be_held_is_said_at_once() -> None:
    with pytest.raises(CaseRefusedError) as refused:
        quick_result(TERMS, {"fee": "cheap", "inflation": "3 percent"})
    assert [remark.place.column for remark in refused.value.remarks] == ["fee", "inflation"]
    with pytest.raises(CaseRefusedError, match="“fees” is no driver of this case"):
        quick_result(TERMS, {"fees": "80000"})


def test_an_event_is_only_held_so_that_it_never_happens() -> None:
    made = case(
        {"stay": [line("base", "0")], "offer": [line("cost", "leaves")]}, {"leaves": Event(0.5)}
    )
    never = simulate(holding(made, {"leaves": "0"}), draws=50, seed=1)
    assert not never.saving("offer").any()
    with pytest.raises(CaseRefusedError, match="only be held at 0"):
        simulate(holding(made, {"leaves": "1"}), draws=50, seed=1)
