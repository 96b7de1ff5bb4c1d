"""The sheet of credits: what each miss costs, and what the cap leaves of it, to the minor unit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from retained.delivery.queries.statements import Content, StatedCredit
from retained.delivery.statement_workbook.formulas import (
    LEVELS,
    MOST_EXACT,
    floor_formula,
    multiplier_formula,
    part_formula,
    point_value_formula,
    points_formula,
    remainder_formula,
    running_formula,
    share_formula,
)
from retained.delivery.statement_workbook.restated import RestatedLevel
from retained.delivery.statement_workbook.terms_sheet import PlannedTerms, Term
from retained.shared.money import Money, minor_digits, total

_SHEET = "Credits"
_BASE, _AT_RISK, _POINTS, _WORTH = "$B$1", "$B$2", "$B$3", "$B$4"
_HEADER_ROW, _FIRST = 5, 7
_HEADER = (
    "Service level", "Verdict", "Allocation", "Share for the miss", "Misses running before",
    "Misses running", "Multiplier", "Points", "Credit", "Owed after the cap",
    "Credit in minor units", "Whole units after the cap", "Left of the division",
    "Points in ten-thousandths", "Whole units of the points", "Left of their division",
)  # fmt: skip
_POINT_PARTS = 10_000


@dataclass(frozen=True, slots=True)
class _Split:
    """A whole that the lines share by their weights: where it stands, and in which columns."""

    whole: str
    whole_minor: int
    weights: Sequence[Decimal | int]
    weight_column: str
    floor_column: str
    left_column: str

    @property
    def is_exact(self) -> bool:
        """Whether the whole numbers of a cell can hold it: else the engine's parts are stated."""
        whole = all(weight == int(weight) for weight in self.weights)
        return whole and self.whole_minor * sum(self.weights) < MOST_EXACT

    def divided(self, index: int) -> tuple[int, int]:
        """Return the whole units of a part, and what the division leaves."""
        everything = int(sum(self.weights))
        return (
            divmod(self.whole_minor * int(self.weights[index]), everything)
            if everything
            else (0, 0)
        )


def credits_sheet(
    book: Any,
    stated: Content,
    levels: Sequence[RestatedLevel],
    planned: PlannedTerms,
    formats: Mapping[str, Any],
) -> str:
    """Write each credit as a product, and what the cap leaves of their sum; return its cell."""
    owing = [level for level in levels if level.stated.credit and level.terms.credit]
    if not stated.base or not owing:
        return ""
    sheet = _CreditsSheet(book.add_worksheet(_SHEET), stated, owing, planned, formats)
    return sheet.write()


class _CreditsSheet:
    """What the rows share: the sheet, the currency's digits, and how many lines there are."""

    def __init__(
        self,
        sheet: Any,
        stated: Content,
        owing: Sequence[RestatedLevel],
        planned: PlannedTerms,
        formats: Mapping[str, Any],
    ) -> None:
        self._sheet, self._stated, self._owing = sheet, stated, owing
        self._planned, self._formats = planned, formats
        self._digits = minor_digits(stated.currency)
        self._unit = 10**self._digits
        self._lines = range(_FIRST, _FIRST + len(owing))
        self._together = _FIRST + len(owing)
        self._credits = [level.stated.credit for level in owing if level.stated.credit]
        self._counts_points = any(planned.cells(Term.BAND, level.terms.id) for level in owing)

    def write(self) -> str:
        """Write everything; return where the sheet works out what is owed."""
        self._write_facts()
        titles = _HEADER if self._counts_points else _HEADER[:13]
        self._sheet.write_row(_HEADER_ROW, 0, titles, self._formats["bold"])
        for line, level in zip(self._lines, self._owing, strict=True):
            if level.stated.credit is not None:
                self._write_factors(line, level, level.stated.credit)
                self._write_credit(line, level.stated.credit)
                self._write_after_cap(line, level.stated.credit)
        self._write_sums()
        self._sheet.autofit()
        return f"{_SHEET}!$I${self._together + 1}"

    def _write_facts(self) -> None:
        base, currency = self._stated.base, self._stated.currency
        self._sheet.write_string("A1", f"Monthly amount, {currency}")
        self._sheet.write_number("B1", float(base.amount), self._formats["money"])
        self._sheet.write_string("A2", f"At risk, {currency}")
        at_risk = f"=ROUND({_BASE}*{self._planned.value(Term.AT_RISK)},{self._digits})"
        self._money("B2", at_risk, self._stated.at_risk)
        if self._counts_points:
            self._write_points_of_the_month()

    def _write_points_of_the_month(self) -> None:
        points = sum((credit.points for credit in self._credits), Decimal(0))
        self._sheet.write_string("A3", "Points of the month")
        self._sheet.write_formula("B3", f"=SUM({self._column('H')})", None, float(points))
        self._sheet.write_string("A4", f"What they are worth, {self._stated.currency}")
        formula = point_value_formula(self._planned, _POINTS, _BASE, self._digits)
        self._money("B4", formula, self._worth)

    def _write_factors(self, line: int, level: RestatedLevel, credit: StatedCredit) -> None:
        terms, pool = level.terms.credit, self._planned
        if terms is None:
            return
        verdict, running = f"B{line}", f"F{line}"
        self._sheet.write_string(f"A{line}", level.stated.title)
        source = f"='{LEVELS}'!$J${level.line}"
        self._sheet.write_formula(verdict, source, None, level.stated.verdict)
        self._sheet.write_number(f"C{line}", float(credit.allocation))
        self._live(f"D{line}", share_formula(level, pool, verdict), credit.share,
                   follows=level.share_follows(credit, terms))  # fmt: skip
        self._sheet.write_number(f"E{line}", level.misses_before)
        self._live(running, running_formula(verdict, f"E{line}"), credit.misses_running)
        self._live(f"G{line}", multiplier_formula(pool, verdict, running), credit.multiplier)
        if self._counts_points:
            self._live(f"H{line}", points_formula(level, pool, f"G{line}"), credit.points,
                       follows=level.points_follow(credit, terms))  # fmt: skip

    def _write_credit(self, line: int, credit: StatedCredit) -> None:
        """Write the product of the factors, and the level's part of what all points are worth."""
        formula = f"=ROUND({_AT_RISK}*C{line}*D{line}*G{line},{self._digits})"
        split = self._split_of_points
        if self._counts_points:
            tenths = f"=ROUND(H{line}*{_POINT_PARTS},0)"
            self._sheet.write_formula(f"N{line}", tenths, None, float(credit.points * _POINT_PARTS))
            formula += f"+({self._part(line, split)})/{self._unit}" if split.is_exact else ""
        if split.is_exact:
            self._money(f"I{line}", formula, credit.amount)
        else:
            self._state(f"I{line}", credit.amount)
        minor = f"=ROUND(I{line}*{self._unit},0)"
        self._sheet.write_formula(f"K{line}", minor, None, credit.amount.minor)

    def _write_after_cap(self, line: int, credit: StatedCredit) -> None:
        """Write the level's part of what the cap leaves."""
        split = self._split_of_the_cap
        if split.is_exact:
            self._money(f"J{line}", f"=({self._part(line, split)})/{self._unit}", credit.after_cap)
        else:
            self._state(f"J{line}", credit.after_cap)

    @property
    def _split_of_the_cap(self) -> _Split:
        weights = [credit.amount.minor for credit in self._credits]
        owed = f"$K${self._together + 1}"
        return _Split(owed, self._stated.owed.minor, weights, "K", "L", "M")

    @property
    def _split_of_points(self) -> _Split:
        weights = [credit.points * _POINT_PARTS for credit in self._credits]
        worth = f"ROUND({_WORTH}*{self._unit},0)"
        return _Split(worth, self._worth.minor, weights, "N", "O", "P")

    def _part(self, line: int, split: _Split) -> str:
        """Write the two columns that a division needs on a line; return the formula of its part."""
        weights, own = self._column(split.weight_column), f"{split.weight_column}{line}"
        floor, left = f"{split.floor_column}{line}", f"{split.left_column}{line}"
        units, rest = split.divided(line - _FIRST)
        whole_units = floor_formula(split.whole, own, weights)
        self._sheet.write_formula(floor, whole_units, None, units)
        remainder = remainder_formula(split.whole, own, weights, floor)
        self._sheet.write_formula(left, remainder, None, rest)
        floors = [f"${split.floor_column}${one}" for one in self._lines]
        remainders = [f"${split.left_column}${one}" for one in self._lines]
        return part_formula(split.whole, floors, remainders, line - _FIRST)

    def _write_sums(self) -> None:
        stated, line = self._stated, self._together
        sums = (
            ("Together", f"=SUM({self._column('I')})", stated.before_cap),
            ("Owed", f"=MIN(I{line},{_AT_RISK})", stated.owed),
            ("Lost to the cap", f"=I{line}-I{line + 1}", stated.lost_to_cap),
        )
        for number, (label, formula, amount) in enumerate(sums, start=line):
            self._sheet.write_string(f"A{number}", label, self._formats["bold"])
            self._money(f"I{number}", formula, amount)
        self._money(f"J{line}", f"=SUM({self._column('J')})", stated.owed)
        minor = f"=ROUND(I{line + 1}*{self._unit},0)"
        self._sheet.write_formula(f"K{line + 1}", minor, None, stated.owed.minor)

    @property
    def _worth(self) -> Money:
        """What the points of the month are worth: what the shares do not explain."""
        stated = self._stated
        shares = (c.allocation * c.share * c.multiplier for c in self._credits)
        by_share = total(((stated.at_risk * share).rounded() for share in shares), stated.currency)
        return stated.before_cap - by_share

    def _column(self, name: str) -> str:
        return f"${name}${self._lines[0]}:${name}${self._lines[-1]}"

    def _money(self, cell: str, formula: str, amount: Money) -> None:
        self._sheet.write_formula(cell, formula, self._formats["money"], float(amount.amount))

    def _state(self, cell: str, amount: Money) -> None:
        self._sheet.write_number(cell, float(amount.amount), self._formats["money"])

    def _live(self, cell: str, formula: str, value: Decimal | int, *, follows: bool = True) -> None:
        if follows:
            self._sheet.write_formula(cell, formula, None, float(value))
        else:
            self._sheet.write_number(cell, float(value))
