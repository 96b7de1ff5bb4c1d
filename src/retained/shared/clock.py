"""The product's one clock.

Only pages, jobs and the command line read it; everything else takes `at`. The demonstration
sets it to the day of its story, so that every deadline reads the story's date.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

_story: tuple[date, ZoneInfo] | None = None
_held: ContextVar[datetime | None] = ContextVar("held", default=None)


def now() -> datetime:
    """Return the present moment, aware and in UTC, in whole seconds.

    While a story is told: the time of day that it is now in the story's zone, on its day there.
    """
    held = _held.get()
    if held is not None:
        return held
    moment = datetime.now(tz=UTC).replace(microsecond=0)
    if _story is None:
        return moment
    day, zone = _story
    # On the wall of the story: by UTC alone, its last hours would be the next day over there.
    return datetime.combine(day, moment.astimezone(zone).time(), zone).astimezone(UTC)


def tell_story_of(day: date, zone: ZoneInfo) -> None:
    """Let every day of this process be the day of the story, where the story happens."""
    global _story  # noqa: PLW0603 - the one clock is one value per process, set once at start
    _story = (day, zone)


def end_story() -> None:
    """Return to real days."""
    global _story  # noqa: PLW0603 - see tell_story_of
    _story = None


def story_day() -> date | None:
    """Return the day of the story that is told, if one is."""
    return _story[0] if _story else None


@contextmanager
def held_at(moment: datetime) -> Iterator[None]:
    """Hold the clock at an aware `moment`: the story's past is written in its own time."""
    token = _held.set(moment.astimezone(UTC).replace(microsecond=0))
    try:
        yield
    finally:
        _held.reset(token)
