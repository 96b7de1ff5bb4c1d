"""The product's one clock.

Only pages, jobs and the command line read it; everything else takes `at`. The demonstration
sets it to the day of its story, so that every deadline reads the story's date.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime

_story_day: date | None = None
_held: ContextVar[datetime | None] = ContextVar("held", default=None)


def now() -> datetime:
    """Return the present moment, aware and in UTC, in whole seconds.

    While a story is told: this time of day on the day of the story.
    """
    held = _held.get()
    if held is not None:
        return held
    moment = datetime.now(tz=UTC).replace(microsecond=0)
    if _story_day is None:
        return moment
    return datetime.combine(_story_day, moment.timetz())


def tell_story_of(day: date) -> None:
    """Let every day of this process be the day of the story."""
    global _story_day  # noqa: PLW0603 - the one clock is one value per process, set once at start
    _story_day = day


def end_story() -> None:
    """Return to real days."""
    global _story_day  # noqa: PLW0603 - see tell_story_of
    _story_day = None


def story_day() -> date | None:
    """Return the day of the story that is told, if one is."""
    return _story_day


@contextmanager
def held_at(moment: datetime) -> Iterator[None]:
    """Hold the clock at an aware `moment`: the story's past is written in its own time."""
    token = _held.set(moment.astimezone(UTC).replace(microsecond=0))
    try:
        yield
    finally:
        _held.reset(token)
