"""Distributions against SciPy's own, and what is none."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from retained.strategy.engine.distributions import (
    Discrete,
    Distribution,
    Empirical,
    Fixed,
    Lognormal,
    Normal,
    Pert,
    Triangular,
    Uniform,
)

SHARES = np.linspace(0.001, 0.999, 200)[:, np.newaxis]
_SPREAD = np.log1p(0.25)


@pytest.mark.parametrize(
    ("ours", "scipys"),
    [
        (Uniform(2, 5), stats.uniform(2, 3)),
        (Triangular(1, 2, 6), stats.triang(0.2, 1, 5)),
        (Triangular(1, 1, 6), stats.triang(0, 1, 5)),
        (Pert(1, 2, 6), stats.beta(1 + 4 / 5, 1 + 16 / 5, 1, 5)),
        (Normal(10, 3), stats.norm(10, 3)),
        (Lognormal(10, 5), stats.lognorm(np.sqrt(_SPREAD), 0, 10 * np.exp(-_SPREAD / 2))),
    ],
)
def test_quantiles_and_mean_are_those_of_scipy(ours: Distribution, scipys: object) -> None:
    assert np.allclose(ours.quantile(SHARES), scipys.ppf(SHARES), rtol=1e-9)  # type: ignore[attr-defined]
    assert ours.mean == pytest.approx(scipys.mean(), rel=1e-9)  # type: ignore[attr-defined]
    assert ours.faults() == []


def test_what_has_no_width_is_its_one_value() -> None:
    for one in (Uniform(3, 3), Triangular(3, 3, 3), Pert(3, 3, 3), Normal(3, 0), Lognormal(3, 0)):
        assert np.allclose(one.quantile(SHARES), 3)
        assert one.mean == pytest.approx(3)


def test_a_few_values_come_by_their_chances() -> None:
    few = Discrete((10.0, 0.0, 5.0), (0.2, 0.5, 0.3))
    found = few.quantile(np.array([[0.0], [0.49], [0.5], [0.79], [0.8], [0.9999999]]))
    assert found[:, 0].tolist() == [0, 0, 5, 5, 10, 10]
    assert few.mean == pytest.approx(3.5)


def test_a_history_gives_back_what_was_seen_and_nothing_else() -> None:
    seen = Empirical((4.0, 1.0, 3.0, 2.0))
    found = seen.quantile(np.array([[0.0], [0.26], [0.5], [0.75], [0.999]]))
    assert found[:, 0].tolist() == [1, 2, 3, 4, 4]
    assert seen.mean == 2.5


@pytest.mark.parametrize(
    ("one", "sentence"),
    [
        (Triangular(5, 2, 6), "low (5) is above mode (2)"),
        (Pert(1, 9, 6), "mode (9) is above high (6)"),
        (Uniform(2, 1), "low (2) is above high (1)"),
        (Normal(1, -1), "must be 0 or more"),
        (Lognormal(0, 1), "must be above 0"),
        (Discrete((1.0, 2.0), (0.5, 0.4)), "add up to 0.9"),
        (Discrete((1.0,), ()), "Give each value its probability"),
        (Empirical(()), "Give at least one value"),
        (Fixed(float("nan")), "finite number"),
    ],
)
def test_what_is_no_distribution_says_why(one: Distribution, sentence: str) -> None:
    assert any(sentence in fault for fault in one.faults())


@given(st.floats(0, 100), st.floats(0, 100), st.floats(0, 100))
def test_quantiles_rise_and_stay_between_the_ends(low: float, first: float, second: float) -> None:
    corners = low, low + first, low + first + second
    for one in (Triangular(*corners), Pert(*corners)):
        found = one.quantile(SHARES)[:, 0]
        assert np.all(np.diff(found) >= -1e-9)
        assert corners[0] - 1e-9 <= found[0] <= found[-1] <= corners[2] + 1e-9
