"""What the wall said in every second of two years: the slow truth that clocks are held against.

Built from UTC to local time, half hour by half hour, and never from local time to UTC as the
engine does. It holds for zones whose offsets are multiples of half an hour.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

HALF_HOUR = 1800
DAY = 86_400

Hours = tuple[int, int]  # minutes after midnight; an end past 1440 lies on the next day


@dataclass(frozen=True)
class SecondsTable:
    """`before[n]` open seconds lie between `first` and `first + n`."""

    first: int
    before: npt.NDArray[np.int32]

    def between(
        self, start: npt.NDArray[np.int64], end: npt.NDArray[np.int64]
    ) -> npt.NDArray[np.int32]:
        return self.before[end - self.first] - self.before[start - self.first]

    def is_open(self, start: int, end: int) -> npt.NDArray[np.bool_]:
        return np.diff(self.before[start - self.first : end - self.first + 1]) > 0


def seconds_table(
    zone: str,
    weekdays: Sequence[Sequence[Hours]],
    closed_days: Collection[date],
    *,
    first: datetime,
    last: datetime,
) -> SecondsTable:
    """Walk every second from `first` to `last` (UTC) and ask the wall whether it is open."""
    start, end = int(first.timestamp()), int(last.timestamp())
    local = local_readings(zone, start, end)
    wall_day, half_hour = np.divmod(local, DAY)
    half_hour //= HALF_HOUR
    own, carried = _half_hours_of_a_week(weekdays)
    closed = {day.toordinal() - date(1970, 1, 1).toordinal() for day in closed_days}
    today = ~np.isin(wall_day, list(closed))
    yesterday = ~np.isin(wall_day - 1, list(closed))
    weekday = (wall_day + 3) % 7  # 1 January 1970 was a Thursday
    is_open = own[np.where(today, weekday, 7), half_hour]
    is_open |= carried[np.where(yesterday, (weekday - 1) % 7, 7), half_hour]
    before = np.zeros(is_open.size + 1, dtype=np.int32)
    np.cumsum(is_open.ravel(), dtype=np.int32, out=before[1:])
    return SecondsTable(start, before)


@lru_cache(maxsize=4)
def local_readings(zone: str, start: int, end: int) -> npt.NDArray[np.int64]:
    """Return the wall's reading, in seconds since 1970, at the beginning of each half hour."""
    wall = ZoneInfo(zone)
    readings = []
    for moment in range(start, end, HALF_HOUR):
        local = datetime.fromtimestamp(moment, tz=UTC).astimezone(wall).replace(tzinfo=UTC)
        readings.append(int(local.timestamp()))
    return np.array(readings, dtype=np.int64)


def _half_hours_of_a_week(
    weekdays: Sequence[Sequence[Hours]],
) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    """Return open seconds by weekday and half hour: by the day's own windows, and run over.

    The eighth weekday is a closed day.
    """
    two_days = np.zeros((8, 2 * DAY), dtype=bool)
    for weekday, windows in enumerate(weekdays):
        for opens, closes in windows:
            two_days[weekday, opens * 60 : closes * 60] = True
    by_half_hour = two_days.reshape(8, 2, DAY // HALF_HOUR, HALF_HOUR)
    return by_half_hour[:, 0], by_half_hour[:, 1]
