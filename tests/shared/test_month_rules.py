"""Months: written 2026-10, cut on the wall of a zone."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retained.shared.errors import DomainError
from retained.shared.months import Month, months_between

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
MONTHS = st.builds(Month, st.integers(1900, 2100), st.integers(1, 12))


def test_a_month_is_cut_on_the_wall_of_its_zone() -> None:
    last_second = datetime(2026, 10, 31, 22, 59, 59, tzinfo=UTC)
    assert Month.of(last_second, AMSTERDAM) == Month(2026, 10)
    assert Month.of(last_second + timedelta(seconds=1), AMSTERDAM) == Month(2026, 11)
    assert Month(2026, 10).start(AMSTERDAM) == datetime(2026, 9, 30, 22, tzinfo=UTC)
    assert Month(2026, 10).end(AMSTERDAM) == datetime(2026, 10, 31, 23, tzinfo=UTC)


@pytest.mark.parametrize("text", ["2026-13", "2026-0", "2026", "26-10", "2026-1o", "October", ""])
def test_what_is_no_month_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(DomainError, match="is not a month: write it like 2026-10"):
        Month.parse(text)


@given(MONTHS, st.integers(-500, 500))
def test_going_forth_and_back_returns(month: Month, count: int) -> None:
    assert month.plus(count).plus(-count) == month
    assert Month.parse(str(month)) == month
    assert len(months_between(month, month.plus(count))) == max(count + 1, 0)


@given(MONTHS)
def test_a_month_ends_where_the_next_one_starts(month: Month) -> None:
    assert month.end(AMSTERDAM) == month.plus(1).start(AMSTERDAM)
    assert Month.of(month.start(AMSTERDAM), AMSTERDAM) == month
