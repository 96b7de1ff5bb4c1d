"""Freezing public holidays: the days of a year written into the agreement itself.

In   the terms of an agreement, and a year
Out  the same terms with the days of that year written out
Why  docs/guide/agreements.md
"""

from datetime import date

from retained.contracts.engine.agreement import AgreementTerms
from retained.contracts.engine.calendar_terms import CalendarTerms
from retained.shared.calendars import public_holidays_of


def unfrozen_calendars(terms: AgreementTerms, year: int) -> list[str]:
    """Return the names of the calendars whose public holidays of `year` are not frozen yet."""
    return [name for name, calendar in terms.calendars.items() if not _is_settled(calendar, year)]


def frozen(terms: AgreementTerms, year: int) -> AgreementTerms:
    """Return the terms with the public holidays of `year` written into every calendar.

    A calendar without holidays, or whose year is frozen already, stays as it is.
    """
    calendars = {
        name: calendar if _is_settled(calendar, year) else _with_days(calendar, year)
        for name, calendar in terms.calendars.items()
    }
    return terms.model_copy(update={"calendars": calendars})


def holidays_on(calendar: CalendarTerms, year: int) -> tuple[list[date], bool]:
    """Return the public holidays of a calendar in `year`, and whether they are frozen."""
    holidays = calendar.holidays
    if holidays is None:
        return [], False
    if year in holidays.frozen:
        return sorted(holidays.frozen[year]), True
    return sorted(public_holidays_of(holidays.country, holidays.subdivision, year)), False


def _is_settled(calendar: CalendarTerms, year: int) -> bool:
    holidays = calendar.holidays
    return holidays is None or not holidays.country or year in holidays.frozen


def _with_days(calendar: CalendarTerms, year: int) -> CalendarTerms:
    days, _ = holidays_on(calendar, year)
    assert calendar.holidays is not None  # noqa: S101 - settled without holidays
    written = calendar.holidays.frozen | {year: tuple(days)}
    holidays = calendar.holidays.model_copy(update={"frozen": dict(sorted(written.items()))})
    return calendar.model_copy(update={"holidays": holidays})
