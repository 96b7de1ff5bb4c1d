"""Business time: the seconds that a calendar was open between two moments.

In   a calendar, and moments as whole UTC seconds (one or an array)
Out  F(t), so that the time between a and b is F(b) - F(a); its inverse; the same in working days
Why  docs/methods/business-time.md
"""

import math
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from retained.shared.calendars import Calendar, Segment, segments
from retained.shared.errors import DomainError

Seconds = npt.NDArray[np.int64]

# A working day counts as this many parts, however long its windows are: "3 working days" on a
# calendar with a short Friday is three days all the same.
PARTS_OF_A_DAY = 86_400
NEVER = -1  # in an array of moments: further ahead than the calendar is built for
_YEARS_AT_A_TIME = 4
_AT_A_TIME = 32_768  # moments: what is worked on stays in the processor's cache


@dataclass(frozen=True, slots=True)
class Buckets:
    """F as a table: every bucket of `width` seconds is wholly open or wholly closed.

    The width is the greatest that every boundary is a multiple of (900 s in most calendars), so
    the table is exact; looking up beats a search among segments tenfold. `line` holds each
    bucket as one number: F is intercept + open x elapsed, kept as 2 x intercept + open.
    """

    width: int
    base: Seconds
    open: Seconds
    line: Seconds


@dataclass(frozen=True, slots=True)
class BusinessTime:
    """F over the open segments of one calendar between two years.

    `starts` and `ends` are the segments; `counts[i]` the open seconds before segment i.
    `day_counts[i]` are the working-day parts before it, `day_lengths[i]` the open seconds of the
    working day that it belongs to, and `day_offsets[i]` those of that day before the segment.
    Moments outside [first, last) raise ValueError rather than being counted as closed.
    """

    first: int
    last: int
    buckets: Buckets
    starts: Seconds
    ends: Seconds
    counts: Seconds
    day_numbers: Seconds
    day_offsets: Seconds
    day_lengths: Seconds

    def at(self, moments: Seconds) -> Seconds:
        """Return F of each moment: open seconds since the beginning."""
        result = np.empty(len(moments), dtype=np.int64)
        for start in range(0, len(moments), _AT_A_TIME):
            part = moments[start : start + _AT_A_TIME]
            self._must_cover(part)
            elapsed = part - self.first
            line = self.buckets.line.take(self._bucket(elapsed), mode="clip")
            np.multiply(elapsed, line & 1, out=elapsed)
            line >>= 1
            np.add(line, elapsed, out=result[start : start + _AT_A_TIME])
        return result

    def day_parts_at(self, moments: Seconds) -> Seconds:
        """Return the working-day parts (86,400 to a working day) since the beginning."""
        self._must_cover(moments)
        index = np.searchsorted(self.starts, moments, side="right") - 1
        inside = np.maximum(index, 0)
        run = np.minimum(moments - self.starts[inside], self.ends[inside] - self.starts[inside])
        within = (self.day_offsets[inside] + run) * PARTS_OF_A_DAY // self.day_lengths[inside]
        return np.where(index < 0, 0, self.day_numbers[inside] * PARTS_OF_A_DAY + within)

    def count_at(self, moment: int) -> int:
        """Return F of one moment: the same as `at`, without an array."""
        if not self.first <= moment < self.last:
            raise ValueError("A moment lies outside the years that this calendar was built for.")
        bucket, within = divmod(moment - self.first, self.buckets.width)
        return int(self.buckets.base[bucket]) + (within if self.buckets.open[bucket] else 0)

    def day_parts_of(self, moment: int) -> int:
        """Return the working-day parts of one moment: the same as `day_parts_at`."""
        count = self.count_at(moment)
        index = int(self.starts.searchsorted(moment, side="right")) - 1
        if index < 0:
            return 0
        elapsed = int(self.day_offsets[index]) + count - int(self.counts[index])
        within = elapsed * PARTS_OF_A_DAY // int(self.day_lengths[index])
        return int(self.day_numbers[index]) * PARTS_OF_A_DAY + within

    def between(self, start: int, end: int) -> int:
        """Return the open seconds in [start, end)."""
        return self.count_at(end) - self.count_at(start)

    def open_between(self, start: int, end: int) -> list[tuple[int, int]]:
        """Return the open stretches within [start, end), cut to it."""
        first = max(int(self.ends.searchsorted(start, side="right")), 0)
        last = int(self.starts.searchsorted(end, side="left"))
        return [
            (max(int(self.starts[i]), start), min(int(self.ends[i]), end))
            for i in range(first, last)
        ]

    def moment_of(self, count: int) -> int:
        """Return the first moment at which F reaches `count`: where a deadline falls."""
        index = int(self.counts.searchsorted(count, side="left")) - 1
        if index < 0:
            return int(self.starts[0])
        moment = int(self.starts[index]) + count - int(self.counts[index])
        if moment > int(self.ends[index]):
            raise ValueError("The calendar ends before this count is reached.")
        return moment

    def moment_of_day_parts(self, parts: int) -> int:
        """Return the first moment at which the working-day parts reach `parts`."""
        if parts <= 0:
            return self.first
        day, before = divmod(parts - 1, PARTS_OF_A_DAY)
        index = int(self.day_numbers.searchsorted(day, side="left"))
        if index == len(self.day_numbers):
            raise ValueError("The calendar ends before this many working days.")
        elapsed = -(-(before + 1) * int(self.day_lengths[index]) // PARTS_OF_A_DAY)
        return self.moment_of(int(self.counts[index]) + elapsed)

    def moments_of(self, counts: Seconds) -> Seconds:
        """Return what `moment_of` gives for each count, and `NEVER` where it would raise."""
        index = np.searchsorted(self.counts, counts, side="left") - 1
        inside = np.maximum(index, 0)
        moments = self.starts[inside] + counts - self.counts[inside]
        reached = np.where(moments <= self.ends[inside], moments, NEVER)
        return np.where(index < 0, self.starts[0], reached)

    def moments_of_day_parts(self, parts: Seconds) -> Seconds:
        """Return what `moment_of_day_parts` gives for each, and `NEVER` where it would raise."""
        days, before = np.divmod(parts - 1, PARTS_OF_A_DAY)
        index = np.searchsorted(self.day_numbers, days, side="left")
        inside = np.minimum(index, len(self.day_numbers) - 1)
        elapsed = -(-(before + 1) * self.day_lengths[inside] // PARTS_OF_A_DAY)
        moments = self.moments_of(self.counts[inside] + elapsed)
        moments = np.where(index < len(self.day_numbers), moments, NEVER)
        return np.where(parts <= 0, self.first, moments)

    def _bucket(self, elapsed: Seconds) -> npt.NDArray[np.intp]:
        if self.last - self.first >= 2**32:
            return elapsed // self.buckets.width
        # Unsigned 32-bit division is several times as fast, and 136 years long.
        return (elapsed.astype(np.uint32) // np.uint32(self.buckets.width)).astype(np.intp)

    def _must_cover(self, moments: Seconds) -> None:
        if len(moments) and (moments.min() < self.first or moments.max() >= self.last):
            raise ValueError("A moment lies outside the years that this calendar was built for.")


def business_time(calendar: Calendar, first_moment: int, last_moment: int) -> BusinessTime:
    """Return F for a calendar over the years that hold both moments, and a margin for deadlines.

    Raises DomainError when the calendar is never open in that time.
    """
    first_year = _year(first_moment) - 1
    last_year = max(_year(last_moment), first_year) + _YEARS_AT_A_TIME
    return _built(calendar, max(first_year, 1), min(last_year, 9998))


@lru_cache(maxsize=64)
def _built(calendar: Calendar, first_year: int, last_year: int) -> BusinessTime:
    first, last = date(first_year, 1, 1), date(last_year, 12, 31)
    stretches = segments(calendar, first, last)
    if not stretches:
        raise DomainError("This calendar is never open: give at least one day its hours.")
    return _of_segments(stretches, _midnight(first) + 86_400, _midnight(last) - 86_400)


def _of_segments(stretches: list[Segment], first: int, last: int) -> BusinessTime:
    starts = np.array([stretch.start for stretch in stretches], dtype=np.int64)
    ends = np.array([stretch.end for stretch in stretches], dtype=np.int64)
    lengths = ends - starts
    # A clock put back across midnight brings the day before up again (St. John's until 2011):
    # those hours count to the day that has begun, so that working days never run backwards.
    days = np.maximum.accumulate(np.array([stretch.day for stretch in stretches], dtype=np.int64))
    _, number = np.unique(days, return_inverse=True)
    day_numbers = number.astype(np.int64)
    day_totals = np.bincount(day_numbers, weights=lengths).astype(np.int64)
    counts = np.cumsum(lengths) - lengths
    day_starts = np.cumsum(day_totals) - day_totals
    return BusinessTime(
        first=first,
        last=last,
        buckets=_buckets(starts, ends, first, last),
        starts=starts,
        ends=ends,
        counts=counts,
        day_numbers=day_numbers,
        day_offsets=counts - day_starts[day_numbers],
        day_lengths=day_totals[day_numbers],
    )


def _buckets(starts: Seconds, ends: Seconds, first: int, last: int) -> Buckets:
    boundaries = np.concatenate([starts, ends]) - first
    width = math.gcd(int(np.gcd.reduce(boundaries)), last - first)
    count = (last - first) // width
    change = np.zeros(count + 1, dtype=np.int64)
    inside = (ends > first) & (starts < last)
    opening = (np.maximum(starts[inside], first) - first) // width
    closing = (np.minimum(ends[inside], last) - first) // width
    np.add.at(change, opening, 1)
    np.add.at(change, closing, -1)
    is_open = np.cumsum(change)[:-1]
    before = int((np.minimum(ends, first) - np.minimum(starts, first)).sum())
    base = before + (np.cumsum(is_open) - is_open) * width
    intercept = base - is_open * np.arange(count) * width
    return Buckets(width, base, is_open, 2 * intercept + is_open)


def _year(moment: int) -> int:
    return datetime.fromtimestamp(moment, tz=UTC).year


def _midnight(day: date) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())
