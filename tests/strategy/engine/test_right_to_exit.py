"""The right to exit: cases counted out by hand, closed forms, and what can only be so."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from golden.golden_tables import rows
from retained.shared.errors import DomainError
from retained.strategy.engine import simulation
from retained.strategy.engine.cases import Case, CaseRefusedError, Exit
from retained.strategy.engine.distributions import Discrete, Normal
from retained.strategy.engine.formulas.reading import read_formula
from retained.strategy.engine.right_to_exit import RightToExit, right_to_exit
from retained.strategy.engine.simulation import simulate
from retained.strategy.engine.sources import EachMonth, Event, Walk
from strategy.engine.made_cases import Given, case, line

DRAWS = 20_000


def leaving(
    formula: str,
    drivers: dict[str, Given],
    *,
    at: tuple[int, ...] = (12,),
    cost: str = "300",
    stay: str = "100",
    discount: float = 0.0,
) -> Case:
    made = case(
        {"stay": [line("base", stay)], "offer": [line("cost", formula)]},
        drivers,
        months=24,
        discount=discount,
    )
    offer = replace(made.options[1], exit=Exit(at, read_formula(cost), "stay"))
    return replace(made, options=(made.options[0], offer))


def worth(made: Case, *, draws: int = DRAWS, seed: int = 5) -> RightToExit:
    found = right_to_exit(simulate(made, draws=draws, seed=seed), "offer")
    assert found is not None
    return found


@pytest.mark.parametrize("row", rows("right-to-exit/two-prices.csv"))
def test_two_prices_are_counted_out_by_hand(row: dict[str, str]) -> None:
    made = leaving(
        "price",
        {"price": Discrete((80.0, 150.0), (0.6, 0.4))},
        at=tuple(map(int, row["months to leave in"].split(" or "))),
        cost=row["cost of leaving"],
    )
    found = worth(made)
    gain, wanted = (float(row[name]) for name in ("gain where it is dear", "worth"))
    assert found.worth == pytest.approx(found.chance * gain, abs=0.01)
    assert abs(found.worth - wanted) <= 5 * max(gain, 0) * np.sqrt(0.24 / DRAWS)
    assert sorted(found.used) == ([int(row["left in month"])] if gain > 0 else [])


def bachelier(mean: float, spread: float) -> float:
    return float(mean * stats.norm.cdf(mean / spread) + spread * stats.norm.pdf(mean / spread))


def test_a_normal_price_has_its_closed_form() -> None:
    """Twelve months of (X - 100) less 300, or nothing: a normal amount cut off at nothing."""
    found = worth(leaving("price", {"price": Normal(110, 20)}))
    wanted = bachelier(12 * 10 - 300, 12 * 20)
    assert abs(found.worth - wanted) < 5 * found.error
    assert abs(found.chance - stats.norm.cdf(-180 / 240)) < 5 * np.sqrt(0.25 / DRAWS)


def test_what_is_only_seen_through_noise_is_worth_less_by_a_closed_form() -> None:
    """The mean of twelve noisy months says a share r of X: the gain expected has spread r 12 s."""
    noise = {"price": Normal(110, 20), "noise": EachMonth(Normal(0, 60))}
    found = worth(leaving("price + noise", noise))
    share = 20**2 / (20**2 + 60**2 / 12)
    wanted = bachelier(12 * 10 - 300, 12 * 20 * np.sqrt(share))
    assert abs(found.worth - wanted) < 5 * found.error
    assert wanted < bachelier(-180, 240)


def test_what_comes_without_warning_cannot_be_left_before() -> None:
    """A price that jumps in month 13, in six of ten: at month 12 the expected gain decides."""
    jump = {"jump": Event(0.6, first=13)}
    made = leaving("100 + 50 * running(jump)", jump, cost="500")
    assert worth(made).worth == 0.0


def test_a_right_that_is_never_used_is_worth_nothing_and_never_less() -> None:
    for cost in ("5000", "300 + 1000 * price"):
        found = worth(leaving("price", {"price": Normal(90, 5)}, cost=cost))
        assert (found.worth, found.error, found.used) == (0.0, 0.0, {})


def test_more_months_to_leave_in_are_worth_at_least_as_much() -> None:
    drivers = {"price": Walk(105.0, 0.0, 0.4)}
    once = worth(leaving("price", drivers))
    often = worth(leaving("price", drivers, at=tuple(range(6, 24, 3))))
    assert often.worth > once.worth - 5 * np.hypot(once.error, often.error)
    assert often.worth > once.worth


def test_a_dearer_exit_is_worth_less() -> None:
    found = [
        worth(leaving("price", {"price": Normal(110, 20)}, cost=str(cost))).worth
        for cost in (0, 100, 300, 900)
    ]
    assert found == sorted(found, reverse=True)


def test_the_option_with_its_right_saves_the_saving_and_the_worth() -> None:
    made = leaving("price", {"price": Normal(110, 20)}, discount=0.07)
    run = simulate(made, draws=2_000, seed=5)
    found = right_to_exit(run, "offer")
    assert found is not None
    mean = float(run.saving("offer").mean())
    assert found.with_right.mean == pytest.approx(mean + found.worth)
    assert right_to_exit(run, "stay") is None


def test_over_the_first_of_many_draws_it_is_that_of_a_run_of_so_many(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made = leaving("price", {"price": Walk(105.0, 0.0, 0.4)})
    few = worth(made, draws=500)
    monkeypatch.setattr(simulation, "FAN_DRAWS", 500)
    assert worth(made, draws=2_000) == few
    assert few.draws == 500


def test_a_rule_that_loses_on_the_mean_is_not_used() -> None:
    """Of a few draws, each half teaches the other what is only chance."""
    drivers = {"price": Normal(100, 5), "noise": EachMonth(Normal(0, 60))}
    made = leaving("price + noise", drivers, cost="0")
    found = [worth(made, draws=20, seed=seed) for seed in range(20)]
    unused = [one for one in found if one.worth == 0]
    assert 0 < len(unused) < len(found)
    assert all(one.worth >= 0 for one in found)
    assert all((one.error, one.used) == (0.0, {}) for one in unused)


def test_the_same_seed_gives_the_same_worth() -> None:
    made = leaving("price", {"price": Walk(105.0, 0.0, 0.4)}, at=(6, 12, 18))
    assert worth(made, draws=999) == worth(made, draws=999)


def test_one_draw_alone_has_no_rule() -> None:
    assert worth(leaving("150", {}), draws=1).worth == 0.0


@pytest.mark.parametrize(
    ("leave", "sentence"),
    [
        (Exit((12,), read_formula("1"), "offer"), "goes on with another option"),
        (Exit((24,), read_formula("1"), "stay"), "before the last of the term"),
        (Exit((), read_formula("1"), "stay"), "before the last of the term"),
        (Exit((12,), read_formula("fee"), "stay"), "“fee” is no driver"),
    ],
)
def test_a_right_that_cannot_be_used_is_refused(leave: Exit, sentence: str) -> None:
    made = leaving("100", {})
    offer = replace(made.options[1], exit=leave)
    with pytest.raises(CaseRefusedError, match=sentence):
        simulate(replace(made, options=(made.options[0], offer)), draws=10, seed=1)


def test_a_cost_of_leaving_that_is_no_number_is_said() -> None:
    with pytest.raises(DomainError, match="Leaving “offer” has no cost"):
        worth(leaving("100", {}, cost="1 / (month - 5)"), draws=10)
