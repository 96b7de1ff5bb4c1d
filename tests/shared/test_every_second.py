"""Business time equals a table of every second of two years, in four zones, across the switches."""

from datetime import UTC, date, datetime

import numpy as np
import numpy.typing as npt
import pytest

from retained.shared.business_time import business_time
from retained.shared.calendars import Calendar, parse_windows
from shared.seconds_table import DAY, HALF_HOUR, Hours, local_readings, seconds_table

FIRST = datetime(2025, 1, 2, tzinfo=UTC)
LAST = datetime(2027, 1, 2, tzinfo=UTC)
INTERVALS = 10_000

# Days on which a clock switches are among them: a holiday of 23 or 25 hours must vanish whole.
CLOSED = [
    *(date(2025, 1, 6), date(2025, 3, 9), date(2025, 4, 18), date(2025, 5, 1), date(2025, 10, 5)),
    *(date(2025, 12, 25), date(2025, 12, 26), date(2026, 1, 1), date(2026, 3, 28)),
    *(date(2026, 4, 6), date(2026, 10, 25), date(2026, 11, 1), date(2026, 12, 31)),
]

ZONES = ["Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe"]
ALL_DAY: list[Hours] = [(0, 1440)]
NIGHT: list[Hours] = [(22 * 60 + 15, 30 * 60 + 10)]
OFFICE: list[Hours] = [(8 * 60, 12 * 60 + 7), (12 * 60 + 37, 18 * 60)]
SUNDAY: list[Hours] = [(1 * 60 + 30, 11 * 60)]
CALENDARS: dict[str, list[list[Hours]]] = {
    "24x7 with holidays": [ALL_DAY] * 7,
    "night": [NIGHT] * 7,
    "weekday": [OFFICE] * 5 + [[], []],
    "Sunday": [[]] * 6 + [SUNDAY],
}


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("name", CALENDARS)
def test_ten_thousand_intervals_equal_the_table_of_every_second(zone: str, name: str) -> None:
    table = seconds_table(zone, CALENDARS[name], CLOSED, first=FIRST, last=LAST)
    ours = business_time(_calendar(zone, CALENDARS[name]), _seconds(FIRST), _seconds(LAST))
    starts, ends = _intervals(zone)
    np.testing.assert_array_equal(ours.at(ends) - ours.at(starts), table.between(starts, ends))


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe"])
def test_the_intervals_cross_switches_both_ways(zone: str) -> None:
    starts, ends = _intervals(zone)
    for switch in _switches(zone):
        assert ((starts < switch) & (ends > switch) & (ends - starts < 4 * DAY)).sum() > 50
    assert len(_switches(zone)) == 4


def _calendar(zone: str, weekdays: list[list[Hours]]) -> Calendar:
    windows = tuple(parse_windows([_text(hours) for hours in day]) for day in weekdays)
    return Calendar(zone, windows, removed=frozenset(CLOSED))


def _text(hours: Hours) -> str:
    opens, closes = hours
    closes = closes if closes == 1440 else closes % 1440
    return f"{opens // 60:02}:{opens % 60:02}-{closes // 60:02}:{closes % 60:02}"


def _intervals(zone: str) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return random intervals of all lengths, half of them around the switches of the zone."""
    chance = np.random.default_rng(20261025)
    first, last = _seconds(FIRST), _seconds(LAST)
    anywhere = chance.integers(first, last, INTERVALS // 2)
    switches = np.array(_switches(zone) or [first + 90 * DAY])
    around = chance.choice(switches, INTERVALS // 2) + chance.integers(-DAY, DAY, INTERVALS // 2)
    starts = np.concatenate([anywhere, around])
    lengths = np.exp(chance.uniform(0, np.log(90 * DAY), INTERVALS)).astype(np.int64)
    return starts, np.minimum(starts + lengths, last)


def _switches(zone: str) -> list[int]:
    """Return the half hours of UTC in which the wall jumps."""
    first, last = _seconds(FIRST), _seconds(LAST)
    jumps = np.flatnonzero(np.diff(local_readings(zone, first, last)) != HALF_HOUR)
    return [first + int(jump) * HALF_HOUR for jump in jumps]


def _seconds(moment: datetime) -> int:
    return int(moment.timestamp())
