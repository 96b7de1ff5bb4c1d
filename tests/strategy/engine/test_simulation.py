"""Cases: closed forms to the cent, analytic means and quantiles, and what changes nothing."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from retained.shared.errors import DomainError
from retained.strategy.engine.case_files import model_of, read_case
from retained.strategy.engine.cases import Case, CaseRefusedError
from retained.strategy.engine.distributions import Discrete, Normal, Pert, Triangular, Uniform
from retained.strategy.engine.formulas.reading import read_formula
from retained.strategy.engine.outcomes import (
    fan_of,
    payback_months,
    payback_of,
    value_of,
    what_matters,
)
from retained.strategy.engine.results import run_case
from retained.strategy.engine.simulation import CHUNK_DRAWS, expected, simulate
from retained.strategy.engine.sources import Count, EachMonth, Event, Walk
from retained.strategy.engine.streams import Correlation
from strategy.case_texts import SURE
from strategy.engine.made_cases import VAT, Given, case, line, story_case

DRAWS = 20_000


def one_driver(source: Given, formula: str = "thing", **more: object) -> Case:
    return case(
        {"stay": [line("base", "0")], "offer": [line("cost", formula)]},
        {"thing": source},
        **more,  # type: ignore[arg-type]
    )


def test_the_story_saves_948_thousand_and_with_tax_320() -> None:
    """STORY.md, scene 1; by hand: 51,333.33 a month over 36 months at 7 %, less 720,000."""
    assert round(float(expected(story_case()).saving("offer")[0]), 2) == 947_810.37
    assert round(float(expected(story_case(tax=VAT)).saving("offer")[0]), 2) == 320_107.20


def test_a_fixed_case_is_the_same_in_every_draw() -> None:
    found = simulate(story_case(), draws=50, seed=3).saving("offer")
    assert np.all(found == found[0])
    assert found[0] == pytest.approx(947_810.37, abs=0.005)


def test_a_level_amount_is_an_annuity() -> None:
    month = 1.07 ** (1 / 12) - 1
    wanted = 1000 * (1 - 1.07 ** (-60 / 12)) / month
    found = expected(one_driver(1000.0, months=60)).options["offer"].present[0]
    assert float(found) == pytest.approx(wanted, abs=0.005)


def test_one_normal_driver_gives_a_normal_present_value() -> None:
    """NPV is the annuity factor times the driver: its mean, deviation and quantiles are known."""
    made = one_driver(Normal(1000, 200), months=24)
    factor = float(np.sum(1.07 ** (-np.arange(1, 25) / 12)))
    saving = simulate(made, draws=DRAWS, seed=11).saving("offer")
    error = 200 * factor / np.sqrt(DRAWS)
    assert abs(float(saving.mean()) + 1000 * factor) < 5 * error
    for share in (0.1, 0.5, 0.9):
        wanted = -1000 * factor + 200 * factor * stats.norm.ppf(share)
        density = stats.norm.pdf(stats.norm.ppf(share)) / (200 * factor)
        near = np.sqrt(share * (1 - share) / DRAWS) / density
        assert abs(float(np.quantile(saving, share)) - wanted) < 5 * near
    assert abs(float(saving.std()) / (200 * factor) - 1) < 5 / np.sqrt(2 * DRAWS)


@pytest.mark.parametrize("source", [Uniform(0, 6), Triangular(0, 1, 8), Pert(2, 3, 9)])
def test_means_are_those_of_the_distributions(source: Uniform | Triangular | Pert) -> None:
    made = one_driver(source, months=1, discount=0.0)
    found = simulate(made, draws=DRAWS, seed=5).options["offer"].present
    assert abs(float(found.mean()) - source.mean) < 5 * float(found.std()) / np.sqrt(DRAWS)


def test_ranks_correlate_as_asked() -> None:
    made = case(
        {"stay": [line("base", "0")], "offer": [line("cost", "first + 0 * second")]},
        {"first": Normal(0, 1), "second": Triangular(0, 1, 9), "third": Uniform(0, 1)},
        correlations=[Correlation("first", "second", 0.6), Correlation("second", "third", -0.3)],
        months=1,
    )
    shares = simulate(made, draws=DRAWS, seed=2).shares
    for first, second, wanted in (("first", "second", 0.6), ("second", "third", -0.3)):
        found = float(stats.spearmanr(shares[first], shares[second]).statistic)
        assert abs(found - wanted) < 5 * (1 - wanted**2) / np.sqrt(DRAWS)
    for share in shares.values():
        assert stats.kstest(share, "uniform").pvalue > 1e-4


def test_counts_are_poisson_and_events_come_by_their_yearly_chance() -> None:
    leavers = Count(read_formula("people * 0.13 / 12"))
    made = case(
        {
            "stay": [line("base", "0")],
            "offer": [line("left", "leavers"), line("exit", "exits * 1000")],
        },
        {"people": 40.0, "leavers": leavers, "exits": Event(0.2, first=13)},
        months=24,
        discount=0.0,
    )
    lines = simulate(made, draws=DRAWS, seed=8).options["offer"].lines
    mean = 40 * 0.13 / 12
    assert np.all(np.abs(lines["left"][1:] - mean) < 5 * np.sqrt(mean / DRAWS))
    assert np.all(lines["exit"][:13] == 0)
    happened = float(lines["exit"].sum()) / 1000
    assert abs(happened - 0.2) < 5 * np.sqrt(0.2 * 0.8 / DRAWS)
    fixed = expected(made).options["offer"].lines
    assert float(fixed["exit"].sum()) == pytest.approx(200)
    assert float(fixed["left"].sum()) == pytest.approx(24 * mean)


def test_a_count_is_the_inverse_of_poisson() -> None:
    made = one_driver(Count(read_formula("3.5")), months=50, discount=0.0)
    found = simulate(made, draws=400, seed=4).options["offer"].fan[:, 1:].ravel()
    seen = np.bincount(found.astype(int), minlength=15)[:12]
    wanted = stats.poisson.pmf(np.arange(12), 3.5) * len(found)
    assert np.all(np.abs(seen - wanted) < 5 * np.sqrt(wanted + 1))


def test_a_walk_is_expected_to_grow_by_its_drift_alone() -> None:
    made = one_driver(Walk(1.1, 0.03, 0.1), months=24, discount=0.0)
    run = simulate(made, draws=DRAWS, seed=6).options["offer"]
    spread = float(run.fan[:, 24].std()) / np.sqrt(DRAWS)
    assert abs(float(run.cash[24]) - 1.1 * 1.03**2) < 5 * spread
    logs = np.log(run.fan[:, 24].astype(float))
    assert abs(float(logs.std()) / (0.1 * np.sqrt(2)) - 1) < 5 / np.sqrt(2 * DRAWS)


def test_what_is_drawn_each_month_evens_out() -> None:
    made = one_driver(EachMonth(Normal(100, 50)), months=36, discount=0.0)
    present = simulate(made, draws=DRAWS, seed=9).options["offer"].present
    assert abs(float(present.std()) / (50 * 6) - 1) < 5 / np.sqrt(2 * DRAWS)


MIXED = {
    "people": Pert(24, 30, 38),
    "salary": Normal(60_000, 4_000),
    "fee": Triangular(80_000, 92_000, 110_000),
    "leaves": Count(read_formula("people * 0.13 / 12")),
    "quits": Event(0.1, first=13),
}


def mixed(**changes: Given) -> Case:
    lines = [
        line("wages", "people * salary / 12 * growth(0.03)"),
        line("hiring", "leaves * 9_000"),
    ]
    offer = [line("fee_line", "fee * growth(0.02)"), line("exit", "quits * fee * 4")]
    return case({"stay": lines, "offer": offer}, {**MIXED, **changes})


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others() -> None:
    first, again = (simulate(mixed(), draws=3000, seed=7).saving("offer") for _ in range(2))
    assert first.tobytes() == again.tobytes()
    assert first.tobytes() != simulate(mixed(), draws=3000, seed=8).saving("offer").tobytes()


def test_more_draws_begin_with_the_same_draws() -> None:
    few = simulate(mixed(), draws=CHUNK_DRAWS + 17, seed=7).saving("offer")
    many = simulate(mixed(), draws=3 * CHUNK_DRAWS, seed=7).saving("offer")
    assert few[:CHUNK_DRAWS].tobytes() == many[:CHUNK_DRAWS].tobytes()


def test_another_driver_and_another_order_of_drivers_and_lines_change_nothing() -> None:
    found = simulate(mixed(), draws=500, seed=7).saving("offer")
    more = simulate(mixed(unused=Normal(0, 1)), draws=500, seed=7).saving("offer")
    turned = mixed()
    turned = replace(
        turned,
        drivers=turned.drivers[::-1],
        options=tuple(replace(one, lines=one.lines[::-1]) for one in turned.options),
    )
    assert found.tobytes() == more.tobytes()
    assert found.tobytes() == simulate(turned, draws=500, seed=7).saving("offer").tobytes()


def test_a_line_split_in_two_changes_nothing_but_the_last_digits() -> None:
    whole = mixed()
    offer = whole.option("offer")
    halves = [
        replace(offer.lines[0], id=f"half_{n}", formula=read_formula("fee / 2 * growth(0.02)"))
        for n in (1, 2)
    ]
    split = replace(
        whole,
        options=(whole.options[0], replace(offer, lines=(*halves, offer.lines[1]))),
    )
    first, second = (simulate(one, draws=500, seed=7).saving("offer") for one in (whole, split))
    assert np.allclose(first, second, rtol=0, atol=0.001)


@settings(max_examples=15, deadline=None)
@given(st.floats(0.01, 100))
def test_scaling_money_scales_the_result(scale: float) -> None:
    plain = mixed()
    scaled = replace(
        plain,
        options=tuple(
            replace(
                one,
                lines=tuple(
                    replace(x, formula=read_formula(f"({x.formula.text}) * {scale!r}"))
                    for x in one.lines
                ),
            )
            for one in plain.options
        ),
    )
    first, second = (simulate(one, draws=100, seed=7).saving("offer") for one in (plain, scaled))
    assert np.allclose(first * scale, second, rtol=1e-9)


@settings(max_examples=15, deadline=None)
@given(st.floats(0, 0.5), st.floats(0, 0.5))
def test_more_attrition_never_lowers_the_cost_in_house(first: float, more: float) -> None:
    costs = [
        simulate(
            mixed(leaves=Count(read_formula(f"people * {rate!r} / 12"))), draws=200, seed=7
        ).options["stay"].present
        for rate in (first, first + more)
    ]  # fmt: skip
    assert np.all(costs[1] >= costs[0] - 1e-6)


def test_a_tax_that_does_not_come_back_is_a_cost_and_one_that_does_is_none() -> None:
    fee = {"fee": 100.0}
    taxed = case(
        {"stay": [line("base", "0")], "offer": [line("cost", "fee", tax=VAT)]}, fee, discount=0.0
    )
    back = replace(VAT, recovered=1.0)
    free = case(
        {"stay": [line("base", "0")], "offer": [line("cost", "fee", tax=back)]}, fee, discount=0.0
    )
    assert expected(taxed).options["offer"].present[0] == pytest.approx(36 * 121)
    assert expected(free).options["offer"].present[0] == pytest.approx(36 * 100)


def test_a_line_in_another_currency_needs_a_rate() -> None:
    lines = {"stay": [line("base", "0")], "offer": [line("cost", "fee", currency="USD")]}
    with pytest.raises(CaseRefusedError, match="give the case a dated rate for USD"):
        expected(case(lines, {"fee": 100.0}))
    made = case(lines, {"fee": 100.0, "usd": 0.92}, rates={"USD": "usd"}, discount=0.0)
    assert expected(made).options["offer"].present[0] == pytest.approx(36 * 92)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"months": 0}, "A term has 1 to 240 months"),
        ({"months": 600}, "A term has 1 to 240 months"),
        ({"baseline": "nothing"}, "is no option"),
        ({"discount": -1.0}, "above -100 %"),
    ],
)
def test_what_is_no_case_is_refused_in_words(change: dict[str, object], sentence: str) -> None:
    with pytest.raises(CaseRefusedError, match=sentence):
        simulate(replace(mixed(), **change), draws=10, seed=1)


def test_everything_that_is_wrong_is_said_at_once() -> None:
    made = case(
        {"stay": [line("base", "peple * 2")], "offer": [line("base", "1")]},
        {"a": read_formula("b + 1"), "b": read_formula("a + 1"), "c": Triangular(5, 2, 6)},
    )
    with pytest.raises(CaseRefusedError) as refused:
        simulate(made, draws=10, seed=1)
    said = str(refused.value)
    for sentence in (
        "need one another in a ring",
        "low (5) is above mode (2)",
        "“base” is there twice",
        "“peple” is no driver of this case",
    ):
        assert sentence in said


def test_ten_thousand_drivers_are_too_many_and_said_so_at_once() -> None:
    made = case(
        {"stay": [line("base", "0")], "offer": [line("cost", "1")]},
        {f"d{number}": 1.0 for number in range(10_000)},
    )
    with pytest.raises(CaseRefusedError, match="at most 500 drivers: 10,000 are given"):
        simulate(made, draws=10, seed=1)


def test_a_division_by_nothing_names_line_and_month() -> None:
    made = one_driver(100.0, "thing / (month - 7)")
    with pytest.raises(DomainError, match="“cost” has no amount in month 7"):
        simulate(made, draws=10, seed=1)


def test_correlations_that_cannot_be_true_together_are_refused() -> None:
    made = case(
        {"stay": [line("base", "0")], "offer": [line("cost", "x + y + z")]},
        {name: Normal(0, 1) for name in "xyz"},
        correlations=[
            Correlation("x", "y", 0.9), Correlation("y", "z", 0.9), Correlation("x", "z", -0.9),
        ],
    )  # fmt: skip
    with pytest.raises(CaseRefusedError, match="cannot all be true at once"):
        simulate(made, draws=10, seed=1)


def test_who_is_told_how_far_it_is_may_stop_it() -> None:
    heard: list[tuple[int, int]] = []

    def tell(done: int, total: int) -> None:
        heard.append((done, total))
        if done >= 2 * CHUNK_DRAWS:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        simulate(mixed(), draws=10 * CHUNK_DRAWS, seed=1, tell=tell)
    assert heard == [(CHUNK_DRAWS, 10 * CHUNK_DRAWS), (2 * CHUNK_DRAWS, 10 * CHUNK_DRAWS)]


def test_the_money_is_back_in_the_month_from_which_on_it_stays() -> None:
    saving = np.array(
        [
            [-100.0, 60, 60, 0],  # in month 2
            [-100.0, 120, -60, 50],  # above in month 1, below in 2, back for good in 3
            [-100.0, 10, 10, 10],  # never
            [0.0, 5, 5, 5],  # from the start
        ]
    )
    assert payback_months(saving).tolist() == [2, 3, np.inf, 0]
    assert payback_of(saving).never == 0.25


def test_the_worst_twentieth_is_the_mean_below_the_fifth_percentile() -> None:
    value = value_of(np.arange(1, 101, dtype=float) - 20)
    assert (value.worst, value.chance) == (-17.0, 0.8)
    assert value.p50 == 30.5


def test_the_fan_is_that_of_the_sums() -> None:
    saving = np.array([[-10.0, 4, 4], [-10.0, 6, 6], [-10.0, 8, 8]])
    assert fan_of(saving, (0.0, 0.5, 1.0)).tolist() == [[-10, -6, -2], [-10, -4, 2], [-10, -2, 6]]


def test_what_matters_most_comes_first_and_what_does_not_matter_last() -> None:
    made = case(
        {"stay": [line("base", "0")], "offer": [line("cost", "10 * large + small + 0 * none")]},
        {"large": Normal(0, 1), "small": Normal(0, 1), "none": Normal(0, 1)},
        months=1,
        discount=0.0,
    )
    found = what_matters(simulate(made, draws=DRAWS, seed=3), "offer")
    assert [one.driver for one in found] == ["large", "small", "none"]
    # The mean of the highest tenth of a normal driver lies 1.755 deviations above its mean.
    assert found[0].low == pytest.approx(17.55, abs=0.6)
    assert found[0].rank < -0.98
    assert abs(found[2].rank) < 5 / np.sqrt(DRAWS)


def test_a_few_values_may_be_a_decision() -> None:
    made = one_driver(Discrete((0.0, 1.0), (0.7, 0.3)), months=1, discount=0.0)
    found = float(simulate(made, draws=DRAWS, seed=1).options["offer"].present.mean())
    assert abs(found - 0.3) < 5 * np.sqrt(0.21 / DRAWS)


def test_what_is_too_large_for_the_fan_is_refused_by_its_line() -> None:
    huge = read_case(SURE.replace("formula: fee}", "formula: fee * exp(month * 9)}"))
    assert expected(model_of(huge)).options["offer"].present[0] > 1e38
    with pytest.raises(CaseRefusedError, match="Fee"):
        run_case(simulate(model_of(huge), draws=10, seed=1), huge)
