"""Numbers by the inverse of the Poisson distribution, against SciPy's own."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from retained.strategy.engine.counts import poisson_quantile

SHARES = np.random.default_rng(3).random((40, 25))


@pytest.mark.parametrize("around", [1e-9, 0.3, 3.5, 29.9, 30.1, 400.0])
def test_numbers_are_those_of_scipy(around: float) -> None:
    found = poisson_quantile(SHARES, np.full((1, 1), around))
    assert np.array_equal(found, stats.poisson.ppf(SHARES, around))


def test_what_is_expected_may_differ_by_draw_and_month() -> None:
    around = np.linspace(0, 60, SHARES.size).reshape(SHARES.shape)
    assert np.array_equal(poisson_quantile(SHARES, around), stats.poisson.ppf(SHARES, around))


def test_nothing_expected_counts_nothing_and_no_number_stays_none() -> None:
    shares = np.array([[0.1, 0.9999999999999999, 0.5]])
    found = poisson_quantile(shares, np.array([[0.0, -3.0, np.nan]]))
    assert found[0, :2].tolist() == [0, 0]
    assert np.isnan(found[0, 2])


def test_a_share_next_to_one_is_a_number_that_can_be() -> None:
    found = poisson_quantile(np.full((1, 1), 1 - 2**-53), np.full((1, 1), 2.0))
    assert 15 <= found[0, 0] <= 25


@given(st.floats(0, 100), st.floats(0, 50), st.floats(2**-54, 1 - 1e-12))
def test_more_expected_never_counts_fewer(first: float, more: float, share: float) -> None:
    found = poisson_quantile(np.full((1, 2), share), np.array([[first, first + more]]))[0]
    assert found[0] <= found[1]
