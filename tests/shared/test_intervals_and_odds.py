"""Small volumes: the exact interval against scipy, and the published odds of a missed month."""

import math
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import beta, binom

from golden.golden_tables import rows
from retained.shared.intervals import at_least, at_most, exact_interval, miss_odds


@pytest.mark.parametrize("row", rows("small-volumes/odds.csv"), ids=lambda row: row["tickets"])
def test_the_published_odds_of_missing_95_percent_come_out(row: dict[str, str]) -> None:
    volume, level = int(row["tickets"]), Decimal("0.95")
    assert math.ceil(level * volume) == int(row["must be met"])
    for column in ("true 95 %", "true 97 %", "true 98 %", "true 99 %", "true 93 %"):
        quality = int(column.split()[1]) / 100
        published = float(row[column].removesuffix(" %"))
        assert 100 * miss_odds(quality, volume, level) == pytest.approx(published, abs=0.0501)


@pytest.mark.parametrize(
    "row", rows("small-volumes/intervals.csv"), ids=lambda row: f"{row['met']}-{row['of']}"
)
def test_the_worked_intervals_come_out(row: dict[str, str]) -> None:
    low, high = exact_interval(int(row["met"]), int(row["of"]))
    assert (f"{low:.1%}", f"{high:.1%}") == (
        row["from"].replace(" ", ""),
        row["to"].replace(" ", ""),
    )


@given(st.integers(1, 5_000), st.data(), st.sampled_from([0.8, 0.95, 0.99]))
def test_the_exact_interval_equals_scipy_s(
    counted: int, data: st.DataObject, confidence: float
) -> None:
    met = data.draw(st.integers(0, counted))
    low, high = exact_interval(met, counted, confidence=confidence)
    tail = (1 - confidence) / 2
    assert low == pytest.approx(beta.ppf(tail, met, counted - met + 1) if met else 0, abs=1e-9)
    expected = beta.ppf(1 - tail, met + 1, counted - met) if met < counted else 1
    assert high == pytest.approx(expected, abs=1e-9)


@given(st.integers(1, 2_000), st.integers(-1, 2_000), st.floats(1e-6, 1 - 1e-6))
def test_binomial_odds_equal_scipy_s(counted: int, met: int, share: float) -> None:
    assert at_most(met, counted, share) == pytest.approx(binom.cdf(met, counted, share), abs=1e-9)
    expected = binom.sf(met - 1, counted, share)
    assert at_least(met, counted, share) == pytest.approx(expected, abs=1e-9)


@given(st.integers(1, 400), st.floats(0.5, 0.999), st.floats(0.5, 0.999))
def test_a_better_provider_never_misses_more_often(volume: int, one: float, other: float) -> None:
    worse, better = sorted((one, other))
    level = Decimal("0.95")
    assert miss_odds(better, volume, level) <= miss_odds(worse, volume, level) + 1e-12


@given(st.integers(1, 1_000), st.data())
def test_the_interval_holds_what_was_seen(counted: int, data: st.DataObject) -> None:
    met = data.draw(st.integers(0, counted))
    low, high = exact_interval(met, counted)
    assert 0 <= low <= met / counted <= high <= 1


def test_a_level_of_nothing_is_never_missed() -> None:
    assert miss_odds(0.5, 30, Decimal(0)) == 0


@pytest.mark.parametrize(("met", "counted"), [(0, 0), (-1, 5), (6, 5)])
def test_counts_that_make_no_share_are_refused(met: int, counted: int) -> None:
    with pytest.raises(ValueError, match="0 <= met <= counted"):
        exact_interval(met, counted)
