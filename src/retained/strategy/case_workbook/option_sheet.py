"""The sheet of an option: its lines down, the months across, its present cost and its saving."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from xlsxwriter.utility import quote_sheetname

from retained.strategy.case_workbook.drivers_sheet import write_months
from retained.strategy.case_workbook.places import DISCOUNT_ROW, DRIVERS, START, Places, column
from retained.strategy.engine.case_terms import LineTerms, figure
from retained.strategy.engine.cases import Line, Option
from retained.strategy.engine.formulas.to_spreadsheet import cell_text
from retained.strategy.engine.formulas.tree import Array
from retained.strategy.engine.simulation import discount_factors

_HEADER = ("Line", "Kind", "Currency", "Tax", "Comes back", "Formula", "As of the start")
_FACTOR_ROW, _FIRST_LINE_ROW = 2, 3
_PRESENT = "G"


@dataclass(frozen=True, slots=True)
class OptionRows:
    """Where the sums of an option stand on its sheet."""

    sheet: str
    cost: int
    saving: int

    def cell(self, row: int, letters: str = _PRESENT) -> str:
        """Return a cell of the sheet, as another sheet names it."""
        return f"{quote_sheetname(self.sheet)}!${letters}${row}"


def option_rows(places: Places, option: Option) -> OptionRows:
    """Return where the sums of an option stand, before its sheet is written."""
    cost = _FIRST_LINE_ROW + len(option.lines)
    return OptionRows(places.sheets[option.id], cost, cost + 1)


def option_sheet(book: Any, places: Places, option: Option, formats: Mapping[str, Any]) -> None:
    """Write the lines of an option, what it costs and, but for the baseline, what it saves."""
    _OptionSheet(
        book.get_worksheet_by_name(places.sheets[option.id]), places, option, formats
    ).write()


class _OptionSheet:
    """What the rows of one option share."""

    def __init__(
        self, sheet: Any, places: Places, option: Option, formats: Mapping[str, Any]
    ) -> None:
        self._sheet, self._places, self._option, self._formats = sheet, places, option, formats
        self._rows = option_rows(places, option)
        self._factors = discount_factors(places.case.discount, places.terms.months)
        self._columns = [column(month) for month in (0, *places.months)]

    def write(self) -> None:
        """Write everything."""
        write_months(self._sheet, self._places, self._formats)
        self._sheet.write_row(0, 0, _HEADER, self._formats["first"])
        self._write_factors()
        terms = self._places.terms.options[self._option.id].lines
        for row, line in enumerate(self._option.lines, _FIRST_LINE_ROW):
            self._write_line(row, line, terms[line.id.removeprefix(f"{self._option.id}.")])
        self._write_sums()
        for number, width in enumerate((40, 20, 10, 8, 12, 30, 18)):
            self._sheet.set_column(number, number, width)
        self._sheet.set_column(START, START + self._places.terms.months, 14)
        self._sheet.freeze_panes(2, 1)

    def _write_factors(self) -> None:
        self._sheet.write_string(_FACTOR_ROW - 1, 0, "Discount factor")
        for letters, factor in zip(self._columns, self._factors, strict=True):
            source = f"={DRIVERS}!{letters}${DISCOUNT_ROW}"
            cell = f"{letters}{_FACTOR_ROW}"
            self._sheet.write_formula(cell, source, self._formats["factor"], float(factor))

    def _write_line(self, row: int, line: Line, terms: LineTerms) -> None:
        """Write a line: its formula, its rate and its tax, month by month or at the start."""
        sheet, kind = self._sheet, "one-off" if terms.once else "running"
        sheet.write_string(f"A{row}", line.title)
        sheet.write_string(f"B{row}", f"{kind}, investment" if terms.investment else kind)
        sheet.write_string(f"C{row}", line.currency)
        rate, recovered = (terms.tax.rate, terms.tax.recovered) if terms.tax else ("0", "0")
        sheet.write_number(f"D{row}", figure(rate), self._formats["input percent"])
        sheet.write_number(f"E{row}", figure(recovered), self._formats["input percent"])
        sheet.write_string(f"F{row}", terms.formula, self._formats["unit"])
        amounts = self._places.fixed[line.id]
        self._write_present(row, amounts)
        for month in (0,) if line.at_start else self._places.months:
            text = self._line_text(row, line, max(month, 1))
            self._money(f"{column(month)}{row}", text, float(amounts[month]))

    def _line_text(self, row: int, line: Line, month: int) -> str:
        places = self._places
        text = f"({cell_text(line.formula.tree, month, places)})"
        if line.currency != places.case.currency:
            text += f"*{places.name(places.case.rates[line.currency], month)}"
        return f"={text}*(1+$D{row}*(1-$E{row}))"

    def _write_sums(self) -> None:
        """Write the sum of the lines, and the baseline's sum less it."""
        case, rows = self._places.case, self._rows
        self._row(
            rows.cost,
            "Together",
            self._sum_of_lines,
            self._cash(self._option),
        )
        if self._option.id == case.baseline:
            return
        baseline = case.option(case.baseline)
        base = option_rows(self._places, baseline)
        saving = self._cash(baseline) - self._cash(self._option)
        self._row(
            rows.saving,
            f"Saved against {baseline.title}",
            lambda letters: f"={base.cell(base.cost, letters)}-{letters}{rows.cost}",
            saving,
        )
        self._write_so_far(saving)

    def _sum_of_lines(self, letters: str) -> str:
        if not self._option.lines:  # decisions did without every one of them
            return "=0"
        return f"=SUM({letters}{_FIRST_LINE_ROW}:{letters}{self._rows.cost - 1})"

    def _write_so_far(self, saving: Array) -> None:
        row, so_far = self._rows.saving + 1, np.cumsum(saving)
        self._sheet.write_string(f"A{row}", "Saved up to then, not discounted")
        for place, letters in enumerate(self._columns):
            own = f"{letters}{row - 1}"
            text = f"={own}" if place == 0 else f"={self._columns[place - 1]}{row}+{own}"
            self._money(f"{letters}{row}", text, float(so_far[place]))

    def _row(self, row: int, title: str, formula: Callable[[str], str], values: Array) -> None:
        """Write a row of sums, each by the formula of its column."""
        self._sheet.write_string(f"A{row}", title, self._formats["bold"])
        self._write_present(row, values)
        for letters, value in zip(self._columns, values, strict=True):
            self._money(f"{letters}{row}", formula(letters), float(value))

    def _write_present(self, row: int, values: Array) -> None:
        last = self._columns[-1]
        cells, factors = (
            f"${self._columns[0]}{mark}{at}:${last}{mark}{at}"
            for mark, at in (("", row), ("$", _FACTOR_ROW))
        )
        present = float(np.sum(values * self._factors))
        self._money(f"{_PRESENT}{row}", f"=SUMPRODUCT({cells},{factors})", present)

    def _cash(self, option: Option) -> Array:
        nothing = np.zeros(1 + self._places.terms.months)
        return sum((self._places.fixed[line.id] for line in option.lines), start=nothing)

    def _money(self, cell: str, formula: str, value: float) -> None:
        self._sheet.write_formula(cell, formula, self._formats["money"], value)
