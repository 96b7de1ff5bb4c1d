"""The term of an agreement and the last day to give word."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retained.contracts.engine.term import end_after_renewal, months_before, term_on

STORY = date(2026, 11, 9)


def test_corvales_last_day_to_give_word_is_30_december_2026() -> None:
    term = term_on(STORY, date(2024, 7, 1), date(2027, 6, 30), by_months=12, notice_months=6)
    assert term.notice_on == date(2026, 12, 30)
    assert term.days_to_notice(STORY) == 51
    assert term.renewed_until == date(2028, 6, 30)


@pytest.mark.parametrize(
    ("ends_on", "months", "notice_on"),
    [
        (date(2027, 6, 30), 6, date(2026, 12, 30)),
        (date(2026, 12, 31), 3, date(2026, 9, 30)),  # September has 30 days
        (date(2027, 8, 31), 6, date(2027, 2, 28)),
        (date(2028, 8, 31), 6, date(2028, 2, 29)),  # a leap year
        (date(2026, 1, 15), 1, date(2025, 12, 15)),
    ],
)
def test_notice_lies_whole_months_before_the_end(
    ends_on: date, months: int, notice_on: date
) -> None:
    assert months_before(ends_on, months) == notice_on


@pytest.mark.parametrize(
    ("ends_on", "by_months", "next_end"),
    [
        (date(2027, 6, 30), 12, date(2028, 6, 30)),
        (date(2027, 2, 28), 12, date(2028, 2, 29)),  # an end of month stays one
        (date(2026, 12, 31), 1, date(2027, 1, 31)),
        (date(2026, 4, 14), 24, date(2028, 4, 14)),
    ],
)
def test_a_renewed_term_begins_the_day_after_and_is_as_long_as_agreed(
    ends_on: date, by_months: int, next_end: date
) -> None:
    assert end_after_renewal(ends_on, by_months) == next_end


def test_without_renewal_the_term_ends_by_itself() -> None:
    term = term_on(date(2030, 1, 1), date(2026, 1, 1), date(2028, 12, 31))
    assert (term.ends_on, term.renewed_until, term.notice_on) == (date(2028, 12, 31), None, None)
    assert term.has_ended(date(2029, 1, 1))
    assert not term.has_ended(date(2028, 12, 31))


@given(
    starts_on=st.dates(date(2000, 1, 1), date(2050, 1, 1)),
    length=st.integers(30, 2000),
    by_months=st.integers(1, 60),
    later=st.integers(0, 5000),
)
def test_a_term_that_goes_on_by_itself_always_runs_today(
    starts_on: date, length: int, by_months: int, later: int
) -> None:
    day = starts_on + timedelta(days=later)
    term = term_on(day, starts_on, starts_on + timedelta(days=length), by_months=by_months)
    assert term.ends_on >= day
    assert (term.renewals > 0) is (day > starts_on + timedelta(days=length))
