"""What would have to be true: against closed forms, and where nothing would be enough."""

import numpy as np
import pytest

from retained.strategy.engine.break_even import break_even
from retained.strategy.engine.distributions import Normal
from retained.strategy.engine.sources import EachMonth
from strategy.engine.made_cases import case, line, story_case

ANNUITY = float(np.sum(1.07 ** (-np.arange(1, 37) / 12)))


def test_the_fee_at_which_the_story_just_pays_is_that_of_the_closed_form() -> None:
    found = break_even(story_case(), "offer", "fee_a_year", seed=1)
    wanted = 1_104_000 + 947_810.3716 / ANNUITY * 12
    assert found.value == pytest.approx(wanted, rel=1e-5)
    assert found.change == pytest.approx(wanted / 1_104_000 - 1, abs=1e-5)


def test_it_is_looked_for_on_both_sides() -> None:
    found = break_even(story_case(), "offer", "in_house_a_year", seed=1)
    assert found.value == pytest.approx(1_860_000 - 947_810.3716 / ANNUITY * 12, rel=1e-5)


def test_of_a_driver_with_chance_the_median_counts() -> None:
    made = case(
        {"stay": [line("base", "cost")], "offer": [line("fees", "fee")]},
        {"cost": Normal(100, 10), "fee": Normal(80, 5)},
    )
    found = break_even(made, "offer", "fee", seed=4)
    assert found.value == pytest.approx(100, abs=5 * 10 * 1.2533 / np.sqrt(2000))


def test_what_nothing_would_be_enough_for_has_no_value() -> None:
    made = case(
        {"stay": [line("base", "100")], "offer": [line("fees", "200 + 0 * idle")]}, {"idle": 5.0}
    )
    assert break_even(made, "offer", "idle", seed=1).value is None


def test_what_changes_every_month_has_no_single_value() -> None:
    made = case(
        {"stay": [line("base", "100")], "offer": [line("fees", "monthly")]},
        {"monthly": EachMonth(Normal(80, 5))},
    )
    with pytest.raises(TypeError, match="not drawn once"):
        break_even(made, "offer", "monthly", seed=1)


def test_a_driver_that_is_divided_by_is_looked_for_short_of_nothing() -> None:
    """600 / span against 100: paid off at a span of 6, and no amount at all at 0."""
    made = case(
        {"stay": [line("base", "100")], "offer": [line("leads", "600 / span")]}, {"span": 12.0}
    )
    assert break_even(made, "offer", "span", seed=1).value == pytest.approx(6, rel=1e-4)


def test_where_no_other_value_has_an_amount_there_is_none() -> None:
    made = case(
        {"stay": [line("base", "100")], "offer": [line("odd", "sqrt(0 - abs(thing - 3))")]},
        {"thing": 3.0},
    )
    assert break_even(made, "offer", "thing", seed=1).value is None
