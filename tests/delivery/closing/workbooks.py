"""Reads a workbook's formulas and works them out: the few functions that a statement uses.

It shares nothing with what writes them, so a formula that is wrong gives another figure.
"""

import io
import re
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from openpyxl import load_workbook


class Workbook:
    """A workbook whose cells are worked out from its formulas alone."""

    def __init__(self, content: bytes) -> None:
        self._book = load_workbook(io.BytesIO(content))
        self.formulas = 0

    def sheet(self, name: str) -> Any:
        return self._book[name]

    def value(self, sheet: str, cell: str) -> Any:
        """Return what a cell holds or comes to."""
        written = self._book[sheet][cell].value
        if not (isinstance(written, str) and written.startswith("=")):
            return Decimal(str(written)) if isinstance(written, int | float) else written
        self.formulas += 1
        return self._formula(sheet, written[1:])

    def _formula(self, sheet: str, text: str) -> Decimal:
        for pattern, work_out in self._functions.items():
            found = re.fullmatch(pattern, text)
            if found:
                return work_out(sheet, found)
        return self._arithmetic(sheet, text)

    @property
    def _functions(self) -> dict[str, Callable[[str, re.Match[str]], Decimal]]:
        """The functions that a statement uses, each by the shape of its text."""
        seen = r"'(.+)'!\$A:\$A,\$(\w+)"
        return {
            r"COUNTIFS\(Tickets!\$(\w):\$\w,\$(A\d+),Tickets!\$(\w):\$\w,\"(\w+)\"\)": self._count,
            rf"COUNTIFS\({seen},'.+'!\$E:\$E,\"(>=|<=)\"&(\w+)\)": self._count_months,
            rf"SUMIFS\('.+'!\$(\w):\$\w,{seen}\)": self._sum_of_line,
            r"IF\((\w+)(>=|<=)(\w+),(.+),0\)": self._if,
            r"ROUND\((.+),(\d)\)": self._round,
            r"SUM\((\w)(\d+):\w(\d+)\)": self._sum,
            r"MIN\((.+),(.+)\)": self._least,
        }

    def _count(self, sheet: str, found: re.Match[str]) -> Decimal:
        level = self.value(sheet, found[2])
        tickets = self._book["Tickets"]
        pairs = zip(tickets[found[1]], tickets[found[3]], strict=True)
        return Decimal(sum((a.value, b.value) == (level, found[4]) for a, b in pairs))

    def _count_months(self, sheet: str, found: re.Match[str]) -> Decimal:
        line, level = self.value(sheet, found[2]), self.value(sheet, found[4])
        figures = [self.value(found[1], f"E{row}") for row in self._of(found[1], line)]
        return Decimal(sum(_holds(figure, found[3], level) for figure in figures))

    def _sum_of_line(self, sheet: str, found: re.Match[str]) -> Decimal:
        rows = self._of(found[2], self.value(sheet, found[3]))
        return sum((self.value(found[2], f"{found[1]}{row}") for row in rows), Decimal(0))

    def _if(self, sheet: str, found: re.Match[str]) -> Decimal:
        left, right = self.value(sheet, found[1]), self.value(sheet, found[3])
        return self._formula(sheet, found[4]) if _holds(left, found[2], right) else Decimal(0)

    def _round(self, sheet: str, found: re.Match[str]) -> Decimal:
        step = Decimal(1).scaleb(-int(found[2]))
        return self._formula(sheet, found[1]).quantize(step, ROUND_HALF_UP)

    def _sum(self, sheet: str, found: re.Match[str]) -> Decimal:
        rows = range(int(found[2]), int(found[3]) + 1)
        return sum((self.value(sheet, f"{found[1]}{row}") for row in rows), Decimal(0))

    def _least(self, sheet: str, found: re.Match[str]) -> Decimal:
        return min(self._formula(sheet, found[1]), self._formula(sheet, found[2]))

    def _of(self, sheet: str, line: Decimal) -> list[int]:
        """Return the rows of a sheet whose first column holds a line's number."""
        rows = range(2, self._book[sheet].max_row + 1)
        return [row for row in rows if self.value(sheet, f"A{row}") == line]

    def _arithmetic(self, sheet: str, text: str) -> Decimal:
        """Return a chain of + - or of * / over cells and numbers."""
        parts = re.split(r"([-+*/])", text)
        result = self._operand(sheet, parts[0])
        for sign, part in zip(parts[1::2], parts[2::2], strict=True):
            other = self._operand(sheet, part)
            result = {
                "+": lambda a, b: a + b,
                "-": lambda a, b: a - b,
                "*": lambda a, b: a * b,
                "/": lambda a, b: a / b,
            }[sign](result, other)
        return result

    def _operand(self, sheet: str, text: str) -> Decimal:
        if re.fullmatch(r"\d+", text):
            return Decimal(text)
        if text.startswith("SUMIFS("):
            return self._formula(sheet, text)
        other, _, cell = text.rpartition("!")
        if other:
            return Decimal(self.value(other, cell.replace("$", "")))
        return Decimal(self.value(sheet, text.replace("$", "")))


def _holds(left: Decimal, sign: str, right: Decimal) -> bool:
    return left >= right if sign == ">=" else left <= right
