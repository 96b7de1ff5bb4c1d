"""Frozen draws: each try is the run of the case with the driver held there."""

from dataclasses import replace

import numpy as np
import pytest

from retained.strategy.engine.case_files import model_of, read_case
from retained.strategy.engine.cases import Case, CaseRefusedError
from retained.strategy.engine.distributions import Normal, Triangular
from retained.strategy.engine.formulas.reading import read_formula
from retained.strategy.engine.frozen import FrozenDraws
from retained.strategy.engine.simulation import CHUNK_DRAWS, simulate
from retained.strategy.engine.sources import Count, EachMonth, Event, Walk
from retained.strategy.engine.streams import Correlation
from strategy.engine.made_cases import VAT, case, line
from strategy.engine.test_case_files import EXAMPLE
from strategy.engine.test_decisions import EXAMPLE as DECISIONS


def every_kind() -> Case:
    return case(
        {
            "stay": [line("wages", "team * salary"), line("hiring", "leavers * 9000")],
            "offer": [
                line("fee", "fee * noise", tax=VAT, currency="USD"),
                line("start", "fee * 2", at_start=True),
                line("quits", "quits * fee * 4"),
                line("rest", "100"),
            ],
        },
        {
            "people": Triangular(20, 30, 40),
            "team": read_formula("people + 2"),
            "salary": Normal(5_000, 300),
            "leavers": Count(read_formula("team * 0.01")),
            "fee": Normal(90_000, 5_000),
            "noise": EachMonth(Normal(1, 0.1)),
            "quits": Event(0.2),
            "usd": Walk(0.9, 0.0, 0.1),
        },
        rates={"USD": "usd"},
        correlations=[Correlation("people", "fee", 0.5)],
    )


def must_be_alike(made: Case, *, draws: int = 300) -> None:
    frozen = FrozenDraws(made, draws=draws, seed=7)
    for driver in made.drivers:
        if not isinstance(driver.source, Event):
            held = replace(made, held={**made.held, driver.id: 1.5})
            wanted = simulate(held, draws=draws, seed=7)
            for option in made.others:
                found = frozen.saving(option.id, driver.id, 1.5)
                assert np.allclose(found, wanted.saving(option.id), rtol=0, atol=1e-3), driver.id


def test_every_kind_of_driver_is_tried_as_it_would_be_run() -> None:
    must_be_alike(every_kind())
    must_be_alike(replace(every_kind(), held={"people": 30.0}))


@pytest.mark.parametrize("text", [EXAMPLE, DECISIONS])
def test_the_examples_are_tried_as_they_would_be_run(text: str) -> None:
    must_be_alike(model_of(read_case(text)), draws=50)


def test_a_try_leaves_the_next_one_as_it_was() -> None:
    frozen = FrozenDraws(every_kind(), draws=CHUNK_DRAWS, seed=7)
    first = frozen.saving("offer", "people", 25.0)
    frozen.saving("offer", "people", 99.0)
    frozen.saving("offer", "fee", 1.0)
    assert np.array_equal(frozen.saving("offer", "people", 25.0), first)


def test_a_line_without_an_amount_has_no_number_and_no_warning() -> None:
    made = case(
        {"stay": [line("base", "1 / thing")], "offer": [line("cost", "1 / thing - 1 / thing")]},
        {"thing": Normal(1, 0.1)},
    )
    frozen = FrozenDraws(made, draws=5, seed=1)
    assert not np.isfinite(frozen.saving("offer", "thing", 0.0)).any()


def test_what_is_no_case_is_refused() -> None:
    with pytest.raises(CaseRefusedError):
        FrozenDraws(replace(every_kind(), months=0), draws=5, seed=1)
