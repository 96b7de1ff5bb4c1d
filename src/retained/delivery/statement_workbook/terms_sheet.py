"""The sheet of terms: every bound, share and point that the formulas of a workbook hold against.

One row a term, so that a person can change a clause and see what it would have come to.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from retained.contracts.engine.credit_terms import CreditPool, CreditTerms
from retained.contracts.engine.level_terms import SHARES, ServiceLevelTerms
from retained.delivery.engine.measures import MonthVerdict
from retained.delivery.statement_workbook.restated import RestatedLevel

_SHEET = "Terms"
_HEADER = ("Service level", "Term", "From, or the bound", "Up to", "Comes to")
_ALL = ""
_PERCENT = Decimal(100)


class Term(StrEnum):
    """What a row of the sheet says."""

    AT_RISK = "At risk, share of the monthly amount"
    REPEATED = "Multiplier from so many misses running on"
    POINT_VALUE = "Share of the monthly amount from so many points on"
    MINIMUM_VOLUME = "Minimum volume"
    ALLOWED_FAILURES = "Misses allowed below the minimum volume"
    FEW_VERDICT = "Verdict below the minimum volume"
    BELOW_EXPECTED = "Share of the allocation below expected"
    BELOW_MINIMUM = "Share of the allocation below minimum"
    RUNG = "Share of the allocation past a rung"
    BAND = "Points of a band"
    PER_POINT = "Share of the allocation for every full step below expected"


@dataclass(frozen=True, slots=True)
class _Row:
    owner: str
    label: str
    term: Term
    low: Decimal | int | None
    high: Decimal | int | None
    value: Decimal | int | str


@dataclass(frozen=True, slots=True)
class TermCells:
    """Where a term stands; `low` and `high` are empty where it has no such bound."""

    low: str
    high: str
    value: str


class PlannedTerms:
    """The rows of the sheet, known before it is written, so that formulas can name its cells."""

    def __init__(self, levels: Sequence[RestatedLevel], pool: CreditPool | None) -> None:
        self._rows = [
            *(_pool_rows(pool) if pool else ()),
            *(row for level in levels for row in _level_rows(level)),
        ]

    def cells(self, term: Term, level: str = _ALL) -> list[TermCells]:
        """Return where a term of a service level stands, or one that holds for all of them."""
        return [
            _cells(row, line)
            for line, row in enumerate(self._rows, start=2)
            if (row.term, row.owner) == (term, level)
        ]

    def value(self, term: Term, level: str = _ALL) -> str:
        """Return the one cell of a term that an agreement has once, or nothing."""
        return next((cells.value for cells in self.cells(term, level)), "")

    def write(self, book: Any, formats: Mapping[str, Any]) -> None:
        """Write the sheet."""
        sheet = book.add_worksheet(_SHEET)
        sheet.write_row(0, 0, _HEADER, formats["bold"])
        for number, row in enumerate(self._rows, start=1):
            sheet.write_string(number, 0, row.label)
            sheet.write_string(number, 1, row.term.value)
            for column, value in enumerate((row.low, row.high, row.value), start=2):
                if isinstance(value, str):
                    sheet.write_string(number, column, value)
                elif value is not None:
                    sheet.write_number(number, column, float(value))
        sheet.freeze_panes(1, 0)
        sheet.autofit()


def _cells(row: _Row, line: int) -> TermCells:
    return TermCells(
        low="" if row.low is None else f"{_SHEET}!$C${line}",
        high="" if row.high is None else f"{_SHEET}!$D${line}",
        value=f"{_SHEET}!$E${line}",
    )


def _pool_rows(pool: CreditPool) -> Iterator[_Row]:
    yield _Row(_ALL, "All", Term.AT_RISK, None, None, pool.at_risk)
    if pool.repeated:
        repeated = pool.repeated
        yield _Row(_ALL, "All", Term.REPEATED, repeated.from_miss, None, repeated.times)
    for value in sorted(pool.point_values, key=lambda value: -value.from_points):
        yield _Row(_ALL, "All", Term.POINT_VALUE, value.from_points, None, value.share)


def _level_rows(level: RestatedLevel) -> Iterator[_Row]:
    terms = level.terms

    def row(
        term: Term, value: Decimal | int | str, low: Decimal | None = None,
        high: Decimal | None = None,
    ) -> _Row:  # fmt: skip
        return _Row(terms.id, level.stated.title, term, low, high, value)

    if terms.minimum_volume:
        yield row(Term.MINIMUM_VOLUME, terms.minimum_volume)
        yield row(Term.ALLOWED_FAILURES, terms.allowed_failures)
        yield row(Term.FEW_VERDICT, _few_verdict(level))
    if terms.credit:
        for term, value, low, high in _credit_terms(terms, terms.credit):
            yield row(term, value, low, high)


def _few_verdict(level: RestatedLevel) -> str:
    """Return what too few tickets count as: the verdict of the month before where it stands."""
    few = level.stated.counted < level.terms.minimum_volume
    return level.stated.verdict if few else MonthVerdict.TOO_FEW.value


def _credit_terms(
    level: ServiceLevelTerms, terms: CreditTerms
) -> Iterator[tuple[Term, Decimal, Decimal | None, Decimal | None]]:
    if terms.below_expected is not None:
        yield Term.BELOW_EXPECTED, terms.below_expected, None, None
    if terms.below_minimum is not None:
        yield Term.BELOW_MINIMUM, terms.below_minimum, None, None
    for rung in terms.ladder:
        yield Term.RUNG, rung.share, _bound(level, rung.below), None
    for band in terms.bands:
        yield Term.BAND, band.points, _bound(level, band.at_least), _bound(level, band.at_most)
    if terms.per_point is not None:
        yield Term.PER_POINT, terms.per_point.share, terms.per_point.each * _PERCENT, None


def _bound(level: ServiceLevelTerms, text: str | None) -> Decimal | None:
    """Return a bound in the unit of the sheet of service levels: shares in percent."""
    if text is None:
        return None
    return level.level(text) * (_PERCENT if level.measure in SHARES else 1)
