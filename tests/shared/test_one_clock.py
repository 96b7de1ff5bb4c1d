"""The product's one clock: real time, the story's day, and moments that are held."""

from datetime import UTC, date, datetime, tzinfo
from zoneinfo import ZoneInfo

import pytest

from retained.shared import clock

STORY = date(2026, 11, 9)


@pytest.mark.parametrize("hour", range(24))
@pytest.mark.parametrize("zone", ["Europe/Amsterdam", "America/New_York", "Pacific/Auckland"])
def test_at_any_hour_it_is_the_day_of_the_story_where_it_happens(
    monkeypatch: pytest.MonkeyPatch, hour: int, zone: str
) -> None:
    really = datetime(2027, 3, 4, hour, 30, 15, 999, tzinfo=UTC)

    class Stopped(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
            return really.astimezone(tz)

    monkeypatch.setattr(clock, "datetime", Stopped)
    clock.tell_story_of(STORY, ZoneInfo(zone))
    told = clock.now()
    there = told.astimezone(ZoneInfo(zone))
    assert (there.date(), told.tzinfo, told.microsecond) == (STORY, UTC, 0)
    assert there.time() == really.astimezone(ZoneInfo(zone)).time().replace(microsecond=0)


def test_a_held_moment_stands_still_whatever_story_is_told() -> None:
    moment = datetime(2026, 7, 6, 12, tzinfo=UTC)
    clock.tell_story_of(STORY, ZoneInfo("Europe/Amsterdam"))
    with clock.held_at(moment):
        assert clock.now() == moment
    assert clock.now() != moment
    assert clock.story_day() == STORY
    clock.end_story()
    assert clock.story_day() is None
