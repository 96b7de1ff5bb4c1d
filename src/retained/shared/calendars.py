"""Calendars: when a clock may run. Windows per weekday, holidays, added and removed days, a zone.

In   a calendar as an agreement writes it, and a range of years
Out  half-open open segments [start, end) in whole UTC seconds, with the local day of each
Why  docs/methods/business-time.md
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from functools import lru_cache
from itertools import pairwise
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import holidays as public_holidays

from retained.shared.errors import DomainError

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MIDNIGHT = time(0)
_END_OF_DAY = ("24:00", "24")
_DAY = 86_400
_EPOCH_DAY = date(1970, 1, 1).toordinal()


@dataclass(frozen=True, slots=True)
class Window:
    """Open from `opens` to `closes` on the wall; a `closes` at or before `opens` is next day.

    00:00-24:00 is written with `closes` at midnight.
    """

    opens: time
    closes: time

    @property
    def past_midnight(self) -> bool:
        """Whether the window ends on the next day."""
        return self.closes <= self.opens

    def __str__(self) -> str:
        closes = "24:00" if self.closes == _MIDNIGHT else f"{self.closes:%H:%M}"
        return f"{self.opens:%H:%M}-{closes}"


@dataclass(frozen=True, slots=True)
class Calendar:
    """Service hours: the windows of each weekday (0 Monday), less holidays, in one zone.

    `frozen_holidays` holds the very days of each year that somebody confirmed; where a year is
    not frozen, the days of `country` and `subdivision` count. `added` opens a day with windows
    of its own, `removed` closes a day; both win over weekday and holiday.
    """

    zone: str
    windows: tuple[tuple[Window, ...], ...]
    country: str = ""
    subdivision: str = ""
    frozen_holidays: tuple[tuple[int, tuple[date, ...]], ...] = ()
    added: tuple[tuple[date, tuple[Window, ...]], ...] = ()
    removed: frozenset[date] = field(default_factory=frozenset)

    def __post_init__(self) -> None:
        if len(self.windows) != 7:
            raise DomainError("A calendar needs windows for seven weekdays.")
        if not any(self.windows) and not any(windows for _, windows in self.added):
            raise DomainError("This calendar is never open: give at least one weekday its hours.")
        for windows in (*self.windows, *(windows for _, windows in self.added)):
            _refuse_overlap(windows)

    @property
    def always_open(self) -> bool:
        """Whether the calendar is 24x7 with nothing taken out: plain subtraction then."""
        whole_day = (Window(_MIDNIGHT, _MIDNIGHT),)
        return (
            all(windows == whole_day for windows in self.windows)
            and not self.country
            and not self.frozen_holidays
            and not self.added
            and not self.removed
        )

    def holidays_of(self, year: int) -> frozenset[date]:
        """Return the public holidays that count in `year`."""
        for frozen_year, days in self.frozen_holidays:
            if frozen_year == year:
                return frozenset(days)
        return public_holidays_of(self.country, self.subdivision, year)

    def windows_on(self, day: date) -> tuple[Window, ...]:
        """Return the windows that open on `day`."""
        for added_day, windows in self.added:
            if added_day == day:
                return windows
        if day in self.removed or day in self.holidays_of(day.year):
            return ()
        return self.windows[day.weekday()]


def zone_named(name: str) -> ZoneInfo:
    """Return the time zone of an IANA name; raises DomainError when there is none."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise DomainError(
            f"“{name}” is not a time zone: use an IANA name such as Europe/Amsterdam."
        ) from None


def always(zone: str) -> Calendar:
    """Return the calendar 24x7."""
    return Calendar(zone, ((Window(_MIDNIGHT, _MIDNIGHT),),) * 7)


@lru_cache(maxsize=512)
def public_holidays_of(country: str, subdivision: str, year: int) -> frozenset[date]:
    """Return the public holidays of a country and subdivision in one year.

    Raises DomainError when the place is not known.
    """
    if not country:
        return frozenset()
    try:
        known = public_holidays.country_holidays(
            country, subdiv=subdivision or None, years=year, expand=False
        )
    except NotImplementedError as error:
        place = f"{country}-{subdivision}" if subdivision else country
        raise DomainError(
            f"Public holidays of “{place}” are not known: use an ISO code such as NL or DE-NW, "
            "or list the days yourself."
        ) from error
    return frozenset(day for day in known if day.year == year)


def public_holiday_names(country: str, subdivision: str, year: int) -> dict[date, str]:
    """Return what the public holidays of a year are called, in English where that is known."""
    if not public_holidays_of(country, subdivision, year):
        return {}
    known = public_holidays.country_holidays(
        country, subdiv=subdivision or None, years=year, expand=False, language="en_US"
    )
    return {day: name for day, name in known.items() if day.year == year}


@dataclass(frozen=True, slots=True)
class Segment:
    """One open stretch [start, end) in UTC seconds, and the local day its window opened on."""

    start: int
    end: int
    day: int


def segments(calendar: Calendar, first: date, last: date) -> list[Segment]:
    """Return the open stretches of every local day from `first` to `last`, in order.

    A second is open when its reading on the wall lies in a window: where the clock is put back,
    hours that occur twice count twice; where it is put forward, hours that never occur do not
    count. A window past midnight belongs to the day that it opens on.
    """
    offsets = _offsets(calendar.zone, first, last)
    result: list[Segment] = []
    for ordinal in range(first.toordinal(), last.toordinal() + 1):
        for window in calendar.windows_on(date.fromordinal(ordinal)):
            opens = ordinal * _DAY + _seconds(window.opens)
            closes = (ordinal + window.past_midnight) * _DAY + _seconds(window.closes)
            for start, end in _on_utc(opens, closes, offsets):
                result.append(Segment(start, end, ordinal))
    return _without_overlap(sorted(result, key=lambda segment: (segment.start, segment.end)))


def parse_windows(texts: Sequence[str]) -> tuple[Window, ...]:
    """Return the windows that texts like "08:00-18:00" stand for; raises DomainError."""
    return tuple(_parse_window(text) for text in texts)


def _parse_window(text: str) -> Window:
    opens, dash, closes = text.replace("–", "-").partition("-")
    if not dash:
        raise DomainError(f"“{text}” is not a window of hours: write it like 08:00-18:00.")
    window = Window(_parse_time(opens, text), _parse_time(closes, text))
    if window.opens == window.closes and closes.strip() not in _END_OF_DAY:
        raise DomainError(
            f"“{text}” opens and closes at the same time: write when it closes, or 00:00-24:00 for "
            "the whole day."
        )
    return window


def _parse_time(part: str, text: str) -> time:
    part = part.strip()
    if part in _END_OF_DAY:
        return _MIDNIGHT
    hours, _, minutes = part.partition(":")
    try:
        return time(int(hours), int(minutes or 0))
    except ValueError:
        raise DomainError(
            f"“{text}” is not a window of hours: write it like 08:00-18:00, 24:00 at the latest."
        ) from None


def _refuse_overlap(windows: Sequence[Window]) -> None:
    ordered = sorted(windows, key=lambda window: window.opens)
    for earlier, later in pairwise(ordered):
        if earlier.past_midnight or later.opens < earlier.closes:
            raise DomainError(f"The windows {earlier} and {later} of one day overlap.")


def _seconds(wall: time) -> int:
    return wall.hour * 3600 + wall.minute * 60


@dataclass(frozen=True, slots=True)
class _Offset:
    """From `start` to `end` (UTC seconds) the wall is `seconds` ahead of UTC."""

    start: int
    end: int
    seconds: int


@lru_cache(maxsize=256)
def _offsets(zone_name: str, first: date, last: date) -> tuple[_Offset, ...]:
    """Return the stretches of constant offset that cover the local days, changes to the second."""
    zone = zone_named(zone_name)
    start = (first.toordinal() - _EPOCH_DAY - 2) * _DAY
    end = (last.toordinal() - _EPOCH_DAY + 4) * _DAY
    stretches: list[_Offset] = []
    began, offset = start, _offset_at(start, zone)
    for moment in range(start + _DAY, end + _DAY, _DAY):
        later = _offset_at(moment, zone)
        if later != offset:
            change = _change_between(moment - _DAY, moment, zone)
            stretches.append(_Offset(began, change, offset))
            began, offset = change, later
    stretches.append(_Offset(began, end + _DAY, offset))
    return tuple(stretches)


def _offset_at(moment: int, zone: ZoneInfo) -> int:
    offset = datetime.fromtimestamp(moment, tz=zone).utcoffset()
    return int(offset.total_seconds()) if offset else 0


def _change_between(before: int, after: int, zone: ZoneInfo) -> int:
    """Return the first UTC second whose offset is that of `after` (bisection)."""
    offset = _offset_at(after, zone)
    while after - before > 1:
        middle = (before + after) // 2
        if _offset_at(middle, zone) == offset:
            after = middle
        else:
            before = middle
    return after


def _on_utc(opens: int, closes: int, offsets: Sequence[_Offset]) -> Iterator[tuple[int, int]]:
    """Yield the UTC seconds whose wall reading (seconds since the year 1) is in the window."""
    opens -= _EPOCH_DAY * _DAY
    closes -= _EPOCH_DAY * _DAY
    for stretch in offsets:
        start = max(opens - stretch.seconds, stretch.start)
        end = min(closes - stretch.seconds, stretch.end)
        if start < end:
            yield start, end


def _without_overlap(ordered: Sequence[Segment]) -> list[Segment]:
    """Cut what a window past midnight shares with the next day's: a second is open once."""
    result: list[Segment] = []
    for segment in ordered:
        start = max(segment.start, result[-1].end) if result else segment.start
        if start < segment.end:
            result.append(Segment(start, segment.end, segment.day))
    return result
