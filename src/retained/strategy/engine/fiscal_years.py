"""The company's own years that a term runs through.

In   the first month of a term, its length, and the month in which the company's year begins
Out  each fiscal year with the months of the term that fall in it
Why  docs/methods/budget-bridge.md
"""

from dataclasses import dataclass

from retained.shared.months import Month


@dataclass(frozen=True, slots=True)
class FiscalYear:
    """A fiscal year by its name (2026, or 2026/27), and its months of the term (1 is the first)."""

    title: str
    months: tuple[int, ...]

    @property
    def places(self) -> list[int]:
        """Its months and, in the first year, what is paid at the start (place 0)."""
        return [0, *self.months] if self.months[0] == 1 else list(self.months)


def fiscal_years(first: Month, months: int, *, begins: int) -> list[FiscalYear]:
    """Return the fiscal years of a term; `begins` is the number of a year's first month."""
    years: dict[int, list[int]] = {}
    for place in range(1, months + 1):
        month = first.plus(place - 1)
        year = month.year if month.number >= begins else month.year - 1
        years.setdefault(year, []).append(place)
    return [FiscalYear(_title(year, begins), tuple(found)) for year, found in years.items()]


def _title(year: int, begins: int) -> str:
    return str(year) if begins == 1 else f"{year}/{(year + 1) % 100:02}"
