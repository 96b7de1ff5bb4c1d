"""The term of an agreement: until when it runs, how it goes on, when word must be given.

In   the first and last day, the months of renewal and of notice
Out  the term that runs on a day, and the last day on which word can be given
Why  docs/guide/agreements.md
"""

import calendar
from dataclasses import dataclass
from datetime import date, timedelta

from retained.contracts.engine.agreement import AgreementTerms

_ONE_DAY = timedelta(days=1)
_MOST_RENEWALS = 1200  # a term of one month, renewed for a century


@dataclass(frozen=True, slots=True)
class Term:
    """How long an agreement runs as seen from one day.

    `ends_on` is its last day, `notice_on` the last day on which word can be given that it shall
    not go on (None where none has to be given), `renewals` how often it has gone on by itself.
    """

    starts_on: date
    ends_on: date
    notice_on: date | None
    renewed_until: date | None
    renewals: int = 0

    def has_ended(self, day: date) -> bool:
        """Return whether the agreement no longer runs on `day`."""
        return day > self.ends_on

    def notice_has_passed(self, day: date) -> bool:
        """Return whether word can no longer be given in time on `day`."""
        return self.notice_on is not None and day > self.notice_on

    def days_to_notice(self, day: date) -> int | None:
        """Return how many days are left to give word; negative when it is too late."""
        return None if self.notice_on is None else (self.notice_on - day).days


def term_on(
    day: date, starts_on: date, ends_on: date, *, by_months: int = 0, notice_months: int = 0
) -> Term:
    """Return the term as it stands on `day`: renewed as often as it has gone on by itself.

    The last day to give word lies `notice_months` before the last day of the term, on the same
    day of the month or on the last day of a shorter month. A term that no renewal follows ends
    by itself; notice then means the earliest end that either side can choose, and is shown too.
    """
    renewals = 0
    while by_months and day > ends_on and renewals < _MOST_RENEWALS:
        ends_on = end_after_renewal(ends_on, by_months)
        renewals += 1
    return Term(
        starts_on=starts_on,
        ends_on=ends_on,
        notice_on=months_before(ends_on, notice_months) if notice_months else None,
        renewed_until=end_after_renewal(ends_on, by_months) if by_months else None,
        renewals=renewals,
    )


def term_of(terms: AgreementTerms, day: date) -> Term:
    """Return the term of an agreement as it stands on `day`."""
    renewal = terms.renewal
    return term_on(
        day,
        terms.start,
        terms.until,
        by_months=renewal.by_months if renewal else 0,
        notice_months=renewal.notice_months if renewal else 0,
    )


def months_before(day: date, months: int) -> date:
    """Return the same day so many months earlier, or the last day of a shorter month."""
    return _months_after(day, -months)


def end_after_renewal(ends_on: date, by_months: int) -> date:
    """Return the last day of the next term, which begins the day after `ends_on`.

    Counting from its first day keeps the end of a month an end of month: a term to 28 February
    2027 that goes on by twelve months runs to 29 February 2028.
    """
    return _months_after(ends_on + _ONE_DAY, by_months) - _ONE_DAY


def _months_after(day: date, months: int) -> date:
    index = day.year * 12 + day.month - 1 + months
    year, month = min(max(index // 12, 1), 9998), index % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))
