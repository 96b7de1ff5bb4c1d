"""Draws against what is known of their distributions, within five standard errors; fixed seeds."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from retained.strategy.engine.case_files import model_of, read_case
from retained.strategy.engine.cases import Case
from retained.strategy.engine.distributions import (
    Discrete,
    Empirical,
    Lognormal,
    Normal,
    Pert,
    Triangular,
    Uniform,
)
from retained.strategy.engine.formulas.tree import Array
from retained.strategy.engine.simulation import expected, simulate
from retained.strategy.engine.sources import Event, Walk
from retained.strategy.engine.streams import Correlation
from strategy.engine.made_cases import Given, case, line
from strategy.engine.test_case_files import EXAMPLE

DRAWS = 20_000
SHARES = (0.1, 0.5, 0.9)
_LOG = float(np.log1p(0.25))
CONTINUOUS = {
    "uniform": (Uniform(2, 5), stats.uniform(2, 3)),
    "triangular": (Triangular(1, 2, 6), stats.triang(0.2, 1, 5)),
    "one-sided triangular": (Triangular(1, 1, 6), stats.triang(0, 1, 5)),
    "pert": (Pert(1, 2, 6), stats.beta(1.8, 4.2, 1, 5)),
    "normal": (Normal(10, 3), stats.norm(10, 3)),
    "lognormal": (Lognormal(10, 5), stats.lognorm(np.sqrt(_LOG), 0, 10 * np.exp(-_LOG / 2))),
}


def drawn(source: Given, *, months: int = 1, month: int = 1, seed: int = 12) -> Array:
    """Return a driver's draws in a month, as the cost of a case that is nothing else."""
    made = case(
        {"stay": [line("base", "0")], "offer": [line("cost", f"thing * (month == {month})")]},
        {"thing": source},
        months=months,
        discount=0.0,
    )
    return simulate(made, draws=DRAWS, seed=seed).options["offer"].present


def must_agree(found: Array, known: Any) -> None:
    """Hold mean, deviation and quantiles of draws to a distribution of SciPy's."""
    assert abs(found.mean() - known.mean()) < 5 * known.std() / np.sqrt(len(found))
    fourth = float(known.stats(moments="k")) + 3  # of the deviation: Kendall and Stuart, 10.9
    spread = known.std() * np.sqrt((fourth - 1) / (4 * len(found)))
    assert abs(found.std() - known.std()) < 5 * spread
    for share in SHARES:
        error = np.sqrt(share * (1 - share) / len(found)) / known.pdf(known.ppf(share))
        assert abs(np.quantile(found, share) - known.ppf(share)) < 5 * error


@pytest.mark.parametrize("name", CONTINUOUS)
def test_mean_deviation_and_quantiles_are_those_of_the_distribution(name: str) -> None:
    ours, known = CONTINUOUS[name]
    must_agree(drawn(ours), known)


@pytest.mark.parametrize(
    ("source", "chances"),
    [
        (Discrete((0.0, 5.0, 40.0), (0.5, 0.3, 0.2)), {0: 0.5, 5: 0.3, 40: 0.2}),
        (Empirical((3.0, 1.0, 3.0, 9.0)), {1: 0.25, 3: 0.5, 9: 0.25}),
    ],
)
def test_a_few_values_come_as_often_as_they_should(
    source: Discrete | Empirical, chances: dict[float, float]
) -> None:
    found = drawn(source)
    assert set(found) == set(chances)
    for value, chance in chances.items():
        error = np.sqrt(chance * (1 - chance) / DRAWS)
        assert abs(np.mean(found == value) - chance) < 5 * error
    assert abs(found.mean() - source.mean) < 5 * found.std() / np.sqrt(DRAWS)


def test_a_walk_is_lognormal_in_each_month() -> None:
    for month in (1, 18):
        spread = 0.12 * np.sqrt(month / 12)
        known = stats.lognorm(spread, 0, 1.1 * 1.03 ** (month / 12) * np.exp(-(spread**2) / 2))
        must_agree(drawn(Walk(1.1, 0.03, 0.12), months=18, month=month), known)


def test_an_event_has_happened_by_each_month_as_often_as_its_chance_says() -> None:
    for month in (6, 12, 24):
        found = np.mean(drawn(Event(0.3, first=7), months=24, month=month))
        waited = max(month - 6, 0), max(month - 7, 0)
        chance = 0.7 ** (waited[1] / 12) - 0.7 ** (waited[0] / 12)
        assert abs(found - chance) <= 5 * np.sqrt(chance * (1 - chance) / DRAWS)


def test_the_sum_of_two_normals_that_go_together_is_normal() -> None:
    """A rank correlation of 0.6 is 2 sin(0.1 pi) of the values (Pearson 1907)."""
    made = case(
        {"stay": [line("base", "0")], "offer": [line("cost", "one + other")]},
        {"one": Normal(3, 2), "other": Normal(-1, 5)},
        correlations=[Correlation("one", "other", 0.6)],
        months=1,
        discount=0.0,
    )
    together = 2 * np.sin(np.pi * 0.6 / 6)
    spread = np.sqrt(4 + 25 + 2 * together * 2 * 5)
    must_agree(simulate(made, draws=DRAWS, seed=12).options["offer"].present, stats.norm(2, spread))


def test_the_chance_that_it_saves_is_that_of_the_normal() -> None:
    saving = -drawn(Normal(-1, 4))
    known = float(stats.norm.cdf(1 / 4))
    assert abs(np.mean(saving > 0) - known) < 5 * np.sqrt(known * (1 - known) / DRAWS)


def two_currencies(euros: float) -> Case:
    """Return a case whose currency is worth so much less: euros and rates are so many times."""
    return case(
        {
            "stay": [line("team", f"people * salary * {euros!r} / 12")],
            "offer": [line("fee", "fee", currency="USD"), line("rest", f"{2000 * euros!r}")],
        },
        {
            "people": Pert(24, 30, 38),
            "salary": Normal(60_000, 4_000),
            "fee": Triangular(80_000, 92_000, 110_000),
            "usd": Walk(0.92 * euros, 0.0, 0.1),
        },
        rates={"USD": "usd"},
    )


@settings(max_examples=15, deadline=None)
@given(st.floats(0.001, 1000))
def test_a_currency_that_is_worth_less_scales_the_result(euros: float) -> None:
    first, second = (
        simulate(two_currencies(scale), draws=100, seed=7).saving("offer") for scale in (1.0, euros)
    )
    assert np.allclose(first * euros, second, rtol=1e-9)


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 60), st.integers(0, 60))
def test_more_people_who_leave_never_lower_the_cost_of_the_example(first: int, more: int) -> None:
    terms = read_case(EXAMPLE)
    costs = [
        simulate(
            replace(model_of(terms), held={"attrition": rate / 100}), draws=200, seed=7
        ).options["stay"].present
        for rate in (first, first + more)
    ]  # fmt: skip
    assert np.all(costs[1] >= costs[0] - 1e-6)


@settings(max_examples=20, deadline=None)
@given(st.lists(st.floats(-1e5, 1e5), min_size=1, max_size=6), st.randoms(use_true_random=False))
def test_a_line_may_be_split_and_lines_be_in_any_order(parts: list[float], chance: Any) -> None:
    lines = [line(f"part_{place}", f"{part!r} * thing") for place, part in enumerate(parts)]
    whole = [line("whole", f"({' + '.join(f'({part!r})' for part in parts)}) * thing")]
    turned = list(lines)
    chance.shuffle(turned)
    found = [
        simulate(
            case({"stay": [line("base", "0")], "offer": some}, {"thing": Normal(1, 1)}),
            draws=50,
            seed=3,
        ).saving("offer")
        for some in (lines, turned, whole)
    ]
    assert found[0].tobytes() == found[1].tobytes()
    assert np.allclose(found[0], found[2], rtol=0, atol=0.001)


def test_an_annuity_with_growth_is_the_sum_of_its_years() -> None:
    made = case(
        {"stay": [line("base", "0")], "offer": [line("cost", "1000 * growth(0.03)")]}, {}, months=36
    )
    step = 1.07 ** (1 / 12)
    year = 1000 * (1 - step**-12) / (step - 1)
    wanted = year * sum((1.03 / 1.07) ** place for place in range(3))
    assert float(expected(made).options["offer"].present[0]) == pytest.approx(wanted, abs=0.005)


def test_what_is_paid_at_the_start_is_not_discounted() -> None:
    made = case({"stay": [line("base", "0")], "offer": [line("once", "720000", at_start=True)]}, {})
    assert float(expected(made).saving("offer")[0]) == -720_000
