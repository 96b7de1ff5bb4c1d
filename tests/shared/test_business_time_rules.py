"""Business time: worked spans, the defects of others, and what holds for every calendar."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from golden.golden_tables import rows
from retained.shared.business_time import NEVER, PARTS_OF_A_DAY, BusinessTime, business_time
from retained.shared.calendars import Calendar, always, parse_windows
from retained.shared.errors import DomainError

HOUR = 3600
DAY = 86_400
CLOSED: tuple[str, ...] = ()


def weekly(*days: tuple[str, ...], zone: str = "Europe/Berlin", country: str = "") -> Calendar:
    return Calendar(zone, tuple(parse_windows(windows) for windows in days), country=country)


OFFICE = weekly(*[("08:00-18:00",)] * 5, CLOSED, CLOSED, zone="Europe/Amsterdam", country="NL")


def nights(zone: str) -> Calendar:
    return weekly(*[("22:00-06:00",)] * 7, zone=zone)


def at(text: str, zone: str = "Europe/Berlin") -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).timestamp())


def between(calendar: Calendar, start: str, end: str) -> int:
    first, last = at(start, calendar.zone), at(end, calendar.zone)
    return business_time(calendar, first, last).between(first, last)


BY_NAME = {"around the clock": always, "office": lambda _: OFFICE, "nights 22:00-06:00": nights}


@pytest.mark.parametrize("row", rows("business-time/spans.csv"), ids=lambda row: row["from"])
def test_the_worked_spans_come_out_to_the_second(row: dict[str, str]) -> None:
    calendar = BY_NAME[row["calendar"]](row["zone"])
    assert between(calendar, row["from"], row["to"]) == int(row["seconds"])


@pytest.mark.parametrize("row", rows("business-time/day-loop.csv"), ids=lambda row: row["from"])
def test_days_of_23_and_25_hours_count_as_they_are(row: dict[str, str]) -> None:
    """A loop over days of 86,400 seconds skips the short Sunday and counts the long one twice."""
    counted = between(always("Europe/Berlin"), row["from"], row["to"])
    assert counted == int(row["truth"]) != int(row["a day loop gives"])
    assert _day_loop(row["from"], row["to"]) == int(row["a day loop gives"])


def _day_loop(start: str, end: str) -> int:
    """Add up days as GLPI does (ported): step by 86,400 seconds until the wall's date is past."""
    zone = ZoneInfo("Europe/Berlin")
    walls = [datetime.fromisoformat(text) for text in (start, end)]
    seconds, moment = 0, at(start)
    while (day := datetime.fromtimestamp(moment, zone).date()) <= walls[1].date():
        opens = _of_wall(walls[0]) if day == walls[0].date() else 0
        closes = _of_wall(walls[1]) if day == walls[1].date() else DAY
        seconds += closes - opens
        moment += DAY
    return seconds


def _of_wall(wall: datetime) -> int:
    return wall.hour * HOUR + wall.minute * 60


def test_a_window_past_midnight_belongs_to_the_day_that_it_opens_on() -> None:
    only_friday = weekly(*[CLOSED] * 4, ("22:00-06:00",), CLOSED, CLOSED)
    assert between(only_friday, "2026-06-05 12:00", "2026-06-06 12:00") == 8 * HOUR
    assert between(only_friday, "2026-06-05 00:00", "2026-06-05 22:00") == 0


def test_windows_past_midnight_that_run_into_the_next_day_s_count_once() -> None:
    overlapping = weekly(*[("05:00-09:00", "22:00-06:00")] * 7)
    assert between(overlapping, "2026-06-02 00:00", "2026-06-03 00:00") == 11 * HOUR


def test_both_ends_of_an_hour_count_once() -> None:
    assert between(OFFICE, "2026-06-01 09:00", "2026-06-01 10:00") == 3600


def test_holidays_close_every_year_of_a_long_span() -> None:
    christmas = Calendar(
        "Europe/Berlin", always("Europe/Berlin").windows, country="DE", subdivision="NW"
    )
    for year in range(2023, 2027):
        assert between(christmas, f"{year}-12-25 00:00", f"{year}-12-27 00:00") == 0


def test_frozen_holidays_win_over_what_the_country_says_today() -> None:
    frozen = Calendar(
        "Europe/Amsterdam",
        OFFICE.windows,
        country="NL",
        frozen_holidays=((2026, (date(2026, 6, 3),)),),
    )
    assert between(frozen, "2026-06-03 00:00", "2026-06-04 00:00") == 0
    assert between(frozen, "2026-12-25 00:00", "2026-12-26 00:00") == 10 * HOUR


def test_added_and_removed_days_win_over_weekday_and_holiday() -> None:
    calendar = Calendar(
        "Europe/Amsterdam",
        OFFICE.windows,
        country="NL",
        added=((date(2026, 12, 25), parse_windows(["10:00-12:00"])),),
        removed=frozenset({date(2026, 12, 23)}),
    )
    assert between(calendar, "2026-12-25 00:00", "2026-12-26 00:00") == 2 * HOUR
    assert between(calendar, "2026-12-23 00:00", "2026-12-24 00:00") == 0


# 2026-06-05 is a Friday with a short afternoon.
SHORT_FRIDAY = weekly(*[("08:00-17:00",)] * 4, ("08:00-12:00",), CLOSED, CLOSED)


@pytest.mark.parametrize("row", rows("business-time/working-days.csv"), ids=lambda row: row["from"])
def test_a_working_day_is_a_working_day_however_long_it_is(row: dict[str, str]) -> None:
    first, last = at(row["from"]), at(row["to"])
    hours = business_time(SHORT_FRIDAY, first, last)
    parts = hours.day_parts_of(last) - hours.day_parts_of(first)
    assert parts == int(row["working days"]) * PARTS_OF_A_DAY


def test_working_days_never_run_backwards_where_midnight_came_twice() -> None:
    # St. John's put its clock back at 00:01 on 7 November 2010: 6 November came up again.
    midnight = always("America/St_Johns")
    start = at("2010-11-06 22:00", "America/St_Johns")
    hours = business_time(midnight, start, start + DAY)
    parts = hours.day_parts_at(np.arange(start, start + DAY, 30, dtype=np.int64))
    assert (np.diff(parts) >= 0).all()


def test_a_deadline_after_many_working_days_is_found() -> None:
    # Business::Hours gives up after 30 calendar days: 22 days of 8 hours return nothing.
    eight_hours = weekly(*[("09:00-17:00",)] * 5, CLOSED, CLOSED)
    start = at("2026-06-01 09:00")
    hours = business_time(eight_hours, start, start)
    moment = hours.moment_of(hours.count_at(start) + 22 * 8 * HOUR)
    assert moment == at("2026-06-30 17:00")
    assert hours.moment_of_day_parts(hours.day_parts_of(start) + 22 * DAY) == moment


def test_a_moment_outside_the_years_is_refused_rather_than_counted_as_closed() -> None:
    hours = business_time(OFFICE, at("2026-06-01 09:00"), at("2026-06-01 09:00"))
    for moment in (at("2024-06-01 09:00"), at("2031-06-01 09:00")):
        with pytest.raises(ValueError, match="outside the years"):
            hours.count_at(moment)
        with pytest.raises(ValueError, match="outside the years"):
            hours.at(np.array([moment], dtype=np.int64))
        with pytest.raises(ValueError, match="outside the years"):
            hours.day_parts_at(np.array([moment], dtype=np.int64))


def test_a_count_that_is_never_reached_is_refused() -> None:
    hours = business_time(OFFICE, at("2026-06-01 09:00"), at("2026-06-01 09:00"))
    with pytest.raises(ValueError, match="ends before"):
        hours.moment_of(10**9)


def test_a_calendar_whose_every_open_day_was_removed_is_never_open() -> None:
    christmas_only = Calendar(
        "Europe/Berlin",
        (CLOSED,) * 7,  # type: ignore[arg-type]
        added=((date(2001, 12, 25), parse_windows(["10:00-12:00"])),),
    )
    with pytest.raises(DomainError, match="never open: give at least one day its hours"):
        business_time(christmas_only, at("2026-06-01 09:00"), at("2026-06-01 09:00"))


# What holds for every calendar.

BEGINNING = int(datetime(2025, 6, 1, tzinfo=UTC).timestamp())
MOMENTS = st.integers(BEGINNING, BEGINNING + 730 * DAY)
_EDGES = st.lists(st.integers(0, 95), min_size=2, max_size=6, unique=True).map(sorted)


def _windows(edges: list[int]) -> tuple[str, ...]:
    pairs = [(a, b) for a, b in pairwise(edges)][::2]
    return tuple(f"{a // 4:02}:{a % 4 * 15:02}-{b // 4:02}:{b % 4 * 15:02}" for a, b in pairs)


CALENDARS = st.builds(
    lambda days, zone, country: weekly(*days, zone=zone, country=country),
    st.tuples(*[st.just(()) | _EDGES.map(_windows)] * 7).filter(any),
    st.sampled_from(["Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe"]),
    st.sampled_from(["", "DE", "US", "AU"]),
)


def hours_of(calendar: Calendar) -> BusinessTime:
    return business_time(calendar, BEGINNING, BEGINNING + 730 * DAY)


@settings(max_examples=40)
@given(CALENDARS, st.lists(MOMENTS, min_size=2, max_size=30))
def test_splitting_an_interval_changes_nothing(calendar: Calendar, moments: list[int]) -> None:
    hours = hours_of(calendar)
    ordered = sorted(moments)
    pieces = sum(hours.between(a, b) for a, b in pairwise(ordered))
    assert pieces == hours.between(ordered[0], ordered[-1])
    parts = [hours.day_parts_of(moment) for moment in ordered]
    assert parts == sorted(parts)


@settings(max_examples=40)
@given(CALENDARS, st.lists(MOMENTS, min_size=1, max_size=30))
def test_one_moment_and_many_are_counted_alike(calendar: Calendar, moments: list[int]) -> None:
    hours = hours_of(calendar)
    array = np.array(moments, dtype=np.int64)
    assert hours.at(array).tolist() == [hours.count_at(moment) for moment in moments]
    by_segment = np.clip(array[:, None], hours.starts, hours.ends) - hours.starts
    assert hours.at(array).tolist() == by_segment.sum(axis=1).tolist()


@settings(max_examples=40)
@given(CALENDARS, MOMENTS, st.integers(1, 40 * HOUR))
def test_a_deadline_is_the_first_moment_at_which_the_time_is_used_up(
    calendar: Calendar, start: int, target: int
) -> None:
    hours = hours_of(calendar)
    due = hours.moment_of(hours.count_at(start) + target)
    assert hours.between(start, due) == target
    assert hours.between(start, due - 1) == target - 1


@settings(max_examples=25)
@given(CALENDARS, MOMENTS, st.integers(1, 10))
def test_a_deadline_in_working_days_is_the_first_moment_too(
    calendar: Calendar, start: int, days: int
) -> None:
    hours = hours_of(calendar)
    wanted = hours.day_parts_of(start) + days * PARTS_OF_A_DAY
    due = hours.moment_of_day_parts(wanted)
    assert hours.day_parts_of(due) >= wanted > hours.day_parts_of(due - 1)


@settings(max_examples=40)
@given(CALENDARS, st.lists(st.integers(-5, 2_000 * DAY), min_size=1, max_size=30))
def test_one_deadline_and_many_are_found_alike(calendar: Calendar, counts: list[int]) -> None:
    hours = hours_of(calendar)
    array = np.array(counts, dtype=np.int64)
    one_by_one = [_or_never(hours.moment_of, count) for count in counts]
    assert hours.moments_of(array).tolist() == one_by_one
    in_days = [_or_never(hours.moment_of_day_parts, count) for count in counts]
    assert hours.moments_of_day_parts(array).tolist() == in_days


def _or_never(moment_of: Callable[[int], int], count: int) -> int:
    try:
        return moment_of(count)
    except ValueError:
        return NEVER
