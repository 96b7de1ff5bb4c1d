"""Working time of the demonstration's service desk: minutes of its days, and moments on them."""

import random
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from retained.shared.calendars import public_holidays_of
from retained.shared.months import Month

OPENS = time(8)
DAY_MINUTES = 600  # 08:00-18:00


def working_days(month: Month, until_day: int) -> list[date]:
    """Return the days of a month on which the service desk is open, up to a day of it."""
    holidays = public_holidays_of("NL", "", month.year)
    day, days = month.first_day, []
    while day.month == month.number and day.day <= until_day:
        if day.weekday() < 5 and day not in holidays:
            days.append(day)
        day += timedelta(days=1)
    return days


def opening(days: Sequence[date], chance: random.Random, minutes: int) -> datetime:
    """Return an opening early enough that `minutes` of work end within the days."""
    last = len(days) * DAY_MINUTES - minutes - 30
    return moment_at(days, chance.randint(0, max(last, 1)))


def later(moment: datetime, days: Sequence[date], minutes: int) -> datetime:
    """Return the moment so many working minutes after another."""
    return moment_at(days, index_of(moment, days) + minutes)


def room(moment: datetime, days: Sequence[date]) -> int:
    """Return the working minutes from `moment` to half an hour before the last day's end."""
    return len(days) * DAY_MINUTES - 30 - index_of(moment, days)


def between(start: datetime, end: datetime, days: Sequence[date]) -> int:
    """Return the working minutes between two moments."""
    return index_of(end, days) - index_of(start, days)


def index_of(moment: datetime, days: Sequence[date]) -> int:
    """Return the working minutes from the month's beginning to `moment`."""
    opens = datetime.combine(moment.date(), OPENS)
    return days.index(moment.date()) * DAY_MINUTES + int((moment - opens).total_seconds()) // 60


def moment_at(days: Sequence[date], index: int) -> datetime:
    """Return the moment so many working minutes after the month's beginning."""
    day, minute = divmod(index, DAY_MINUTES)
    return datetime.combine(days[min(day, len(days) - 1)], OPENS) + timedelta(minutes=minute)
