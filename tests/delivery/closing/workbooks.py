"""Reads a workbook's formulas and works them out: the few functions that a statement uses.

It shares nothing with what writes them, so a formula that is wrong gives another figure.
"""

import io
import re
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
        counted = re.fullmatch(
            r"COUNTIFS\(Tickets!\$(\w):\$\w,\$(A\d+),Tickets!\$(\w):\$\w,\"(\w+)\"\)", text
        )
        if counted:
            level = self.value(sheet, counted[2])
            tickets = self._book["Tickets"]
            pairs = zip(tickets[counted[1]], tickets[counted[3]], strict=True)
            return Decimal(sum((a.value, b.value) == (level, counted[4]) for a, b in pairs))
        rounded = re.fullmatch(r"ROUND\((.+),(\d)\)", text)
        if rounded:
            step = Decimal(1).scaleb(-int(rounded[2]))
            return self._formula(sheet, rounded[1]).quantize(step, ROUND_HALF_UP)
        summed = re.fullmatch(r"SUM\((\w)(\d+):\w(\d+)\)", text)
        if summed:
            rows = range(int(summed[2]), int(summed[3]) + 1)
            return sum((self.value(sheet, f"{summed[1]}{row}") for row in rows), Decimal(0))
        least = re.fullmatch(r"MIN\((.+),(.+)\)", text)
        if least:
            return min(self._formula(sheet, least[1]), self._formula(sheet, least[2]))
        return self._arithmetic(sheet, text)

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
        return Decimal(self.value(sheet, text.replace("$", "")))
