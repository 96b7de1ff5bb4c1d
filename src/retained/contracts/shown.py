"""What the pages of an agreement show: its terms as sentences, pictures and rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from retained.contracts.engine.agreement import AgreementTerms
from retained.contracts.engine.calendar_terms import HolidayTerms
from retained.contracts.engine.comparison import Difference, differences
from retained.contracts.engine.holidays import holidays_on
from retained.contracts.engine.sentences.calendars import (
    calendar_sentence,
    clock_sentence,
)
from retained.contracts.engine.sentences.credits import (
    at_risk_amount,
    credit_sentence,
    pool_sentences,
    trigger_sentence,
)
from retained.contracts.engine.sentences.levels import (
    counted_sentence,
    level_sentence,
    levels_text,
)
from retained.contracts.engine.sentences.terms import answer_sentence, term_sentence
from retained.contracts.engine.sentences.words import Reader
from retained.contracts.engine.term import Term, term_of
from retained.contracts.pictures import (
    Allocations,
    TermBar,
    Week,
    allocations_of,
    term_bar,
    week_of,
)
from retained.contracts.queries import VersionRow
from retained.directory.engine.roles import Side
from retained.directory.models import Person
from retained.shared.calendars import public_holiday_names
from retained.shared.money import Money


@dataclass(frozen=True, slots=True)
class LevelShown:
    """A service level as its card shows it."""

    id: str
    title: str
    sentence: str
    levels: str
    credit: str
    counted: str
    source: str
    is_critical: bool


@dataclass(frozen=True, slots=True)
class ClockShown:
    """A clock with the service levels that run on it."""

    name: str
    sentence: str
    used_by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CalendarShown:
    """A calendar with its week, and the clocks that run on it."""

    name: str
    sentence: str
    week: Week
    has_holidays: bool
    used_by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RightShown:
    """A right that misses give rise to."""

    title: str
    sentence: str


@dataclass(frozen=True, slots=True)
class TermsShown:
    """The terms of one version, ready for a page."""

    terms: AgreementTerms
    term: Term
    term_sentence: str
    term_bar: TermBar
    answer: str
    monthly: Money | None
    at_risk: Money | None
    levels: tuple[LevelShown, ...]
    clocks: tuple[ClockShown, ...]
    calendars: tuple[CalendarShown, ...]
    allocations: Allocations | None
    credit_rules: tuple[str, ...]
    rights: tuple[RightShown, ...]


@dataclass(frozen=True, slots=True)
class VersionShown:
    """One version in the list of versions: newest first, with what it changed."""

    row: VersionRow
    state: str
    changes: tuple[Difference, ...]
    by: str


@dataclass(frozen=True, slots=True)
class HolidayShown:
    """A public holiday, or a day that was added or taken out by hand."""

    day: date
    weekday: str
    what: str
    is_working_day: bool


def reader_of(person: Person) -> Reader:
    """Return whose words the sentences speak: "waiting for us", or "for the client"."""
    return Reader.CLIENT if person.side is Side.CLIENT else Reader.PROVIDER


def terms_shown(terms: AgreementTerms, day: date, reader: Reader) -> TermsShown:
    """Return the terms as a page shows them on `day`."""
    term = term_of(terms, day)
    said = term_sentence(term)
    monthly = Money(terms.credit_base.amount, terms.currency) if terms.credit_base else None
    rights = terms.credits.triggers if terms.credits else ()
    return TermsShown(
        terms=terms,
        term=term,
        term_sentence=said,
        term_bar=term_bar(term, day, said),
        answer=answer_sentence(terms),
        monthly=monthly,
        at_risk=at_risk_amount(terms),
        levels=levels_shown(terms, reader),
        clocks=tuple(
            ClockShown(name, clock_sentence(clock, terms, reader), _levels_on(name, terms))
            for name, clock in terms.clocks.items()
        ),
        calendars=tuple(calendar_shown(name, terms) for name in terms.calendars),
        allocations=allocations_of(terms),
        credit_rules=tuple(pool_sentences(terms)),
        rights=tuple(RightShown(right.title, trigger_sentence(right, terms)) for right in rights),
    )


def levels_shown(terms: AgreementTerms, reader: Reader) -> tuple[LevelShown, ...]:
    """Return the service levels, each read back as a sentence."""
    return tuple(
        LevelShown(
            id=level.id,
            title=level.title,
            sentence=level_sentence(level, terms, reader),
            levels=levels_text(level),
            credit=credit_sentence(level, terms),
            counted=counted_sentence(level, terms),
            source=level.source,
            is_critical=level.critical,
        )
        for level in terms.service_levels
    )


def calendar_shown(name: str, terms: AgreementTerms) -> CalendarShown:
    """Return one calendar with the picture of its week."""
    calendar = terms.calendars[name]
    said = calendar_sentence(calendar, terms.time_zone)
    return CalendarShown(
        name=name,
        sentence=said,
        week=week_of(terms.calendar(name), f"The week of {name}: {said}"),
        has_holidays=bool(calendar.holidays or calendar.added or calendar.removed),
        used_by=tuple(key for key, clock in terms.clocks.items() if name in clock.calendar.names),
    )


def holidays_shown(name: str, terms: AgreementTerms, year: int) -> tuple[list[HolidayShown], bool]:
    """Return the special days of a calendar in `year`, and whether its holidays are frozen."""
    written = terms.calendars[name]
    calendar = terms.calendar(name)
    days, is_frozen = holidays_on(written, year)
    names = _holiday_names(written.holidays, year)
    what = {day: names.get(day, "Public holiday") for day in days}
    what |= {day: "Taken out" for day in written.removed if day.year == year}
    what |= {day: _opened(day, terms, name) for day in written.added if day.year == year}
    return [
        HolidayShown(day, f"{day:%A}", words, bool(calendar.windows[day.weekday()]))
        for day, words in sorted(what.items())
    ], is_frozen


def _holiday_names(holidays: HolidayTerms | None, year: int) -> dict[date, str]:
    if holidays is None:
        return {}
    return public_holiday_names(holidays.country, holidays.subdivision, year)


def versions_shown(
    rows: Sequence[VersionRow], day: date, names: dict[str, str]
) -> list[VersionShown]:
    """Return versions newest first, each with what changed since the one that it follows."""
    shown = []
    for row in rows:
        before = _followed_by(row, rows)
        changes = tuple(differences(before.terms, row.terms)) if before else ()
        by = names.get(row.created_by_key, "somebody")
        shown.append(VersionShown(row, _state(row, day), changes, by))
    return shown[::-1]


def _followed_by(row: VersionRow, rows: Sequence[VersionRow]) -> VersionRow | None:
    """Return the version that `row` took the place of when it was saved.

    One that was saved later but counts from an earlier day was not there yet.
    """
    there = [
        one for one in rows if one.number < row.number and one.effective_from <= row.effective_from
    ]
    return there[-1] if there else None


def _opened(day: date, terms: AgreementTerms, name: str) -> str:
    windows = " and ".join(str(window) for window in terms.calendar(name).windows_on(day))
    return f"Open {windows}" if windows else "Closed"


def _state(row: VersionRow, day: date) -> str:
    """Return where a version stands on `day`, in words."""
    if not row.counts:
        return f"corrected by version {row.corrected_by}"
    if row.effective_from > day:
        return "to come"
    return "in force" if row.is_in_force(day) else "superseded"


def _levels_on(clock: str, terms: AgreementTerms) -> tuple[str, ...]:
    return tuple(level.title for level in terms.service_levels if level.clock == clock)
