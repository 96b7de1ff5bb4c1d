"""The product's one clock.

Only pages, jobs and the command line read it; everything else takes `at`.
The demonstration sets a story's start, so that every deadline reads the story's date.
"""

from datetime import UTC, datetime, timedelta

_shift = timedelta(0)


def now() -> datetime:
    """Return the present moment, aware and in UTC, in whole seconds."""
    return (datetime.now(tz=UTC) + _shift).replace(microsecond=0)


def start_story_at(moment: datetime) -> None:
    """Let the clock run on from `moment` (aware), as the demonstration does."""
    global _shift  # noqa: PLW0603 - the one clock is one value per process, set once at start
    _shift = moment - datetime.now(tz=UTC)


def end_story() -> None:
    """Return to real time."""
    global _shift  # noqa: PLW0603 - see start_story_at
    _shift = timedelta(0)


def story_runs() -> bool:
    """Return whether the clock shows a story's date."""
    return bool(_shift)
