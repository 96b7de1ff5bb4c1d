"""Odds when a level is agreed, against the table of reference 4.3 (see small-volumes)."""

from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.agreement_texts import BRIGHTDESK
from retained.contracts.engine.level_terms import ServiceLevelTerms
from retained.contracts.engine.odds import needed, odds_of, odds_sentence
from retained.contracts.engine.reading import read_agreement

LEVEL = read_agreement(BRIGHTDESK).service_levels[0]


def level(**changes: object) -> ServiceLevelTerms:
    return ServiceLevelTerms.model_validate(LEVEL.model_dump() | changes)


@pytest.mark.parametrize(
    ("volume", "must_meet", "misses"),
    [
        (5, 5, {"0.95": 22.6, "0.97": 14.1, "0.98": 9.6, "0.99": 4.9, "0.93": 30.4}),
        (10, 10, {"0.95": 40.1, "0.97": 26.3, "0.98": 18.3, "0.99": 9.6, "0.93": 51.6}),
        (20, 19, {"0.95": 26.4, "0.97": 12.0, "0.98": 6.0, "0.99": 1.7, "0.93": 41.3}),
        (30, 29, {"0.95": 44.6, "0.97": 22.7, "0.98": 12.1, "0.99": 3.6, "0.93": 63.1}),
        (50, 48, {"0.95": 45.9, "0.97": 18.9, "0.98": 7.8, "0.99": 1.4, "0.93": 68.9}),
        (100, 95, {"0.95": 38.4, "0.97": 8.1, "0.98": 1.5, "0.99": 0.1, "0.93": 70.9}),
        (500, 475, {"0.95": 44.7, "0.97": 0.5, "0.98": 0.0, "0.99": 0.0, "0.93": 95.7}),
    ],
)
def test_the_published_table_is_reproduced(
    volume: int, must_meet: int, misses: dict[str, float]
) -> None:
    assert needed(LEVEL, volume) == must_meet
    found = {str(one.true_share): round(one.misses * 100, 1) for one in odds_of(LEVEL, volume)}
    assert found == misses


def test_the_sentence_says_what_thirty_tickets_prove() -> None:
    assert odds_sentence(LEVEL, 30) == (
        "Of 30 tickets a month, 29 must be met. A provider that truly meets 97 % still misses "
        "2.7 months a year, and one at 93 % passes in 37 % of months."
    )
    assert "not one may be missed" in odds_sentence(LEVEL, 10)


def test_rounding_lets_a_month_pass_that_falls_short_by_less() -> None:
    assert needed(LEVEL, 238) == 227  # 226 of 238 is 94.96 %
    assert needed(level(round_to=0), 238) == 225  # 94.54 % is read as 95 %


def test_failures_allowed_in_small_months_count() -> None:
    forgiving = level(minimum_volume=50, small_volume="failures", allowed_failures=3)
    assert needed(forgiving, 20) == 17
    assert needed(forgiving, 60) == 57


def test_nothing_is_said_where_chance_cannot_be_reckoned() -> None:
    assert odds_of(LEVEL, 0) == []
    assert odds_of(level(measure="reopen_share", expected="5 %", minimum="8 %"), 30) == []
    assert odds_sentence(level(measure="count", expected="40", minimum=None), 30) == ""


@given(volume=st.integers(1, 2000))
def test_a_better_provider_never_misses_more_often(volume: int) -> None:
    misses = [one.misses for one in odds_of(LEVEL, volume)]
    assert all(0 <= one <= 1 for one in misses)
    assert all(worse >= better - 1e-9 for worse, better in pairwise(misses))


@given(volume=st.integers(1, 5000), places=st.integers(0, 3))
def test_what_is_needed_is_the_fewest_that_pass(volume: int, places: int) -> None:
    rounding = level(round_to=places)
    count = needed(rounding, volume)

    def passes(met: int) -> bool:
        step = Decimal(1).scaleb(-places - 2)
        return (Decimal(met) / volume).quantize(step, "ROUND_HALF_UP") >= Decimal("0.95")

    assert passes(count)
    assert count == 0 or not passes(count - 1)
