"""Calendar months, and the half-open ranges of time that they stand for in a zone."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from retained.shared.errors import DomainError


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """A calendar month, written 2026-10."""

    year: int
    number: int

    def __post_init__(self) -> None:
        if not (1 <= self.year <= 9998 and 1 <= self.number <= 12):
            raise DomainError(f"{self.year}-{self.number} is not a month: write it like 2026-10.")

    @classmethod
    def parse(cls, text: str) -> "Month":
        """Return the month that `text` (2026-10) names."""
        year, dash, number = text.strip().partition("-")
        if not (dash and year.isdecimal() and len(year) == 4 and number.isdecimal()):
            raise DomainError(f"“{text}” is not a month: write it like 2026-10.")
        return cls(int(year), int(number))

    @classmethod
    def of(cls, moment: datetime, zone: ZoneInfo) -> "Month":
        """Return the month in which an aware `moment` falls on the wall of `zone`."""
        local = moment.astimezone(zone)
        return cls(local.year, local.month)

    @classmethod
    def of_day(cls, day: date) -> "Month":
        """Return the month of a date."""
        return cls(day.year, day.month)

    def plus(self, months: int) -> "Month":
        """Return the month that many months later (earlier if negative)."""
        index = self.year * 12 + self.number - 1 + months
        return Month(index // 12, index % 12 + 1)

    @property
    def first_day(self) -> date:
        """The first day of the month."""
        return date(self.year, self.number, 1)

    def start(self, zone: ZoneInfo) -> datetime:
        """Return the first moment of the month on the wall of `zone`, in UTC."""
        return datetime(self.year, self.number, 1, tzinfo=zone).astimezone(UTC)

    def end(self, zone: ZoneInfo) -> datetime:
        """Return the first moment after the month on the wall of `zone`, in UTC."""
        return self.plus(1).start(zone)

    @property
    def title(self) -> str:
        """The month as people write it: October 2026."""
        return self.first_day.strftime("%B %Y")

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.number:02d}"


def months_between(first: Month, last: Month) -> list[Month]:
    """Return every month from `first` to `last`, both included."""
    count = (last.year - first.year) * 12 + last.number - first.number + 1
    return [first.plus(offset) for offset in range(max(count, 0))]
