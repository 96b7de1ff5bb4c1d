"""Calendars as an agreement writes them.

In   hours per weekday or span of weekdays, holidays by country, added and removed days
Out  a `shared.calendars.Calendar`
Why  docs/reference/agreement.md
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Annotated, Any

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    field_validator,
    model_serializer,
    model_validator,
)

from retained.shared.calendars import (
    WEEKDAYS,
    Calendar,
    Window,
    always,
    parse_windows,
    public_holidays_of,
    zone_named,
)
from retained.shared.errors import DomainError
from retained.shared.placed import FieldError, raise_any

ALWAYS = "24x7"
_ALWAYS_HOURS = {"monday-sunday": ("00:00-24:00",)}


def a_list(value: Any) -> Any:
    """Let a single value stand where a list is meant."""
    return value if isinstance(value, list | tuple | dict) else [value]


Texts = Annotated[tuple[str, ...], BeforeValidator(a_list)]


class HolidayTerms(BaseModel):
    """Whose public holidays close the calendar, and the days that were confirmed for a year."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    country: str = ""
    subdivision: str = ""
    frozen: dict[int, tuple[date, ...]] = Field(default_factory=dict)

    @model_validator(mode="before")
    @classmethod
    def _short_form(cls, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        country, _, subdivision = value.partition("-")
        return {"country": country, "subdivision": subdivision}

    @model_validator(mode="after")
    def _must_be_known(self) -> "HolidayTerms":
        try:
            public_holidays_of(self.country, self.subdivision, 2026)
        except DomainError as error:
            raise ValueError(error.message) from error
        return self

    @model_serializer
    def _written(self) -> Any:
        place = "-".join(part for part in (self.country, self.subdivision) if part)
        if not self.frozen:
            return place
        frozen = {str(year): [str(day) for day in days] for year, days in self.frozen.items()}
        return {"country": self.country, "subdivision": self.subdivision, "frozen": frozen}


class CalendarTerms(BaseModel):
    """Service hours: `24x7`, or windows by weekday (`monday-friday`) with what is taken out."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    hours: dict[str, Texts]
    holidays: HolidayTerms | None = None
    added: dict[date, Texts] = Field(default_factory=dict)
    removed: tuple[date, ...] = ()
    time_zone: str = ""

    @model_validator(mode="before")
    @classmethod
    def _short_form(cls, value: Any) -> Any:
        if isinstance(value, str) and value.replace(" ", "").lower() in {"24x7", "24/7"}:
            return {"hours": _ALWAYS_HOURS}
        if isinstance(value, str):
            raise ValueError(f"“{value}” is not a calendar: write 24x7, or hours by weekday")  # noqa: TRY004 - pydantic reads ValueError
        return value

    @field_validator("holidays")
    @classmethod
    def _none_is_none(cls, holidays: HolidayTerms | None) -> HolidayTerms | None:
        return holidays if holidays != HolidayTerms() else None

    @field_validator("hours", "added")
    @classmethod
    def _must_be_windows(cls, hours: dict[Any, Texts]) -> dict[Any, Texts]:
        raise_any(_wrong_windows(hours))
        return hours

    @field_validator("time_zone")
    @classmethod
    def _zone_must_exist(cls, name: str) -> str:
        try:
            zone_named(name or "UTC")
        except DomainError as error:
            raise ValueError(error.message) from error
        return name

    @model_validator(mode="after")
    def _must_open(self) -> "CalendarTerms":
        try:
            self.calendar("UTC")
        except DomainError as error:
            raise FieldError(error.message, "hours") from error
        return self

    @model_serializer(mode="wrap")
    def _written(self, handler: Any) -> Any:
        written: dict[str, Any] = handler(self)
        if self.hours == _ALWAYS_HOURS and self.calendar("UTC").always_open and not self.time_zone:
            return ALWAYS
        return {key: value for key, value in written.items() if value not in (None, "", [], {}, ())}

    def calendar(self, zone: str) -> Calendar:
        """Return the calendar on the wall of `zone`, unless it names a zone of its own."""
        name = self.time_zone or zone
        zone_named(name)
        holidays = self.holidays or HolidayTerms()
        return Calendar(
            zone=name,
            windows=_windows_by_weekday(self.hours),
            country=holidays.country,
            subdivision=holidays.subdivision,
            frozen_holidays=tuple(sorted(holidays.frozen.items())),
            added=tuple((day, parse_windows(texts)) for day, texts in sorted(self.added.items())),
            removed=frozenset(self.removed),
        )

    @property
    def sentence(self) -> str:
        """The hours as they are said: Mon-Fri 08:00-18:00, less public holidays (NL)."""
        if self.calendar("UTC").always_open:
            return "around the clock"
        spans = ", ".join(
            f"{_short(span)} {' and '.join(windows)}" for span, windows in self.hours.items()
        )
        if self.holidays and self.holidays.country:
            place = "-".join(filter(None, (self.holidays.country, self.holidays.subdivision)))
            spans += f", less public holidays ({place})"
        return spans


def always_calendar(zone: str) -> Calendar:
    """Return 24x7 in `zone`: what a clock without a calendar runs on."""
    return always(zone)


def _wrong_windows(hours: Mapping[Any, Sequence[str]]) -> Iterator[FieldError]:
    """Yield what is wrong with the windows of each weekday or day."""
    for key, texts in hours.items():
        try:
            parse_windows(texts)
        except DomainError as error:
            yield FieldError(error.message, str(key))


def _windows_by_weekday(hours: dict[str, tuple[str, ...]]) -> tuple[tuple[Window, ...], ...]:
    by_weekday: list[tuple[Window, ...]] = [()] * 7
    named: set[int] = set()
    for span, texts in hours.items():
        for weekday in _weekdays(span):
            if weekday in named:
                raise DomainError(f"{WEEKDAYS[weekday].title()} is named twice in these hours.")
            named.add(weekday)
            by_weekday[weekday] = parse_windows(texts)
    return tuple(by_weekday)


def _weekdays(span: str) -> list[int]:
    first, _, last = span.strip().lower().partition("-")
    numbers = [_weekday(part.strip(), span) for part in (first, last or first)]
    if numbers[0] > numbers[1]:
        return [*range(numbers[0], 7), *range(numbers[1] + 1)]
    return list(range(numbers[0], numbers[1] + 1))


def _weekday(name: str, span: str) -> int:
    for number, weekday in enumerate(WEEKDAYS):
        if len(name) >= 3 and weekday.startswith(name):
            return number
    raise DomainError(f"“{span}” names no weekdays: write monday, or monday-friday.")


def _short(span: str) -> str:
    return "-".join(part.strip()[:3].title() for part in span.split("-"))
