"""Days in words.

In   a day of the calendar
Out  its words
Why  a figure such as 2026-12-01 belongs into tables and files, not into a sentence
"""

from datetime import date


def day_in_words(day: date) -> str:
    """Return a day as a sentence says it: 1 December 2026."""
    return f"{day.day} {day:%B %Y}"


def short_day(day: date) -> str:
    """Return a day as tables and labels have it: 1 Dec 2026."""
    return f"{day.day} {day:%b %Y}"
