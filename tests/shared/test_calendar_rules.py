"""Calendars: what makes one, and what is refused with a sentence that says how to go on."""

from datetime import date, time

import pytest

from retained.shared.calendars import (
    Calendar,
    Window,
    always,
    parse_windows,
    public_holidays_of,
    segments,
    zone_named,
)
from retained.shared.errors import DomainError


def week(*windows: str) -> tuple[tuple[Window, ...], ...]:
    return (parse_windows(windows),) * 7


@pytest.mark.parametrize(
    ("text", "window"),
    [
        ("08:00-18:00", Window(time(8), time(18))),
        ("8-18", Window(time(8), time(18))),
        ("08:00–18:00", Window(time(8), time(18))),
        ("22:00 - 06:30", Window(time(22), time(6, 30))),
        ("00:00-24:00", Window(time(0), time(0))),
    ],
)
def test_a_window_is_read_as_people_write_it(text: str, window: Window) -> None:
    assert parse_windows([text]) == (window,)
    assert parse_windows([str(window)]) == (window,)


@pytest.mark.parametrize("text", ["08:00", "8am-6pm", "08:00-25:00", "-", "08:61-09:00", ""])
def test_what_is_no_window_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(DomainError, match=r"is not a window of hours: write it like 08:00-18:00"):
        parse_windows([text])


@pytest.mark.parametrize("text", ["18:00-18:00", "8-08:00", "00:00-00:00"])
def test_a_window_that_closes_when_it_opens_is_refused(text: str) -> None:
    with pytest.raises(DomainError, match=r"opens and closes at the same time: write when"):
        parse_windows([text])


@pytest.mark.parametrize(
    "windows",
    [("08:00-12:00", "11:00-13:00"), ("22:00-06:00", "23:00-23:30"), ("08:00-12:00",) * 2],
)
def test_windows_of_one_day_must_not_overlap(windows: tuple[str, str]) -> None:
    with pytest.raises(DomainError, match=r"The windows .* and .* of one day overlap"):
        Calendar("UTC", week(*windows))


def test_a_calendar_that_is_never_open_is_refused() -> None:
    for added in ((), ((date(2026, 1, 1), ()),)):
        with pytest.raises(DomainError, match="never open: give at least one weekday its hours"):
            Calendar("UTC", ((),) * 7, added=added)


@pytest.mark.parametrize("name", ["Europe/Atlantis", "", "../etc/passwd", "a" * 300, "EU\0"])
def test_an_unknown_zone_is_refused_with_an_example(name: str) -> None:
    with pytest.raises(DomainError, match="is not a time zone: use an IANA name"):
        zone_named(name)


@pytest.mark.parametrize(("country", "subdivision"), [("XX", ""), ("DE", "XX")])
def test_unknown_holidays_are_refused_with_an_example(country: str, subdivision: str) -> None:
    with pytest.raises(DomainError, match="use an ISO code such as NL or DE-NW"):
        public_holidays_of(country, subdivision, 2026)


def test_only_a_calendar_with_nothing_taken_out_is_always_open() -> None:
    assert always("UTC").always_open
    assert not Calendar("UTC", week("00:00-24:00"), country="NL").always_open
    assert not Calendar("UTC", week("00:00-23:59")).always_open


def test_segments_are_in_order_and_apart() -> None:
    calendar = Calendar("Europe/Berlin", week("05:00-09:00", "22:00-06:00"))
    found = segments(calendar, date(2026, 3, 27), date(2026, 3, 31))
    edges = [edge for segment in found for edge in (segment.start, segment.end)]
    assert edges == sorted(edges)
