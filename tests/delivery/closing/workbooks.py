"""Reads a workbook's formulas and works them out: the few functions that a statement uses.

It shares nothing with what writes them, so a formula that is wrong gives another figure. Numbers
are exact decimals; a text that meets a number is the larger one, as in every spreadsheet.
"""

import io
import operator
import re
from collections.abc import Callable, Sequence
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils import range_boundaries

_TOKEN = re.compile(
    r"""(?:(?P<text>"[^"]*")|(?P<number>\d+(?:\.\d+)?)
    |(?P<cells>(?:'[^']+'!|\w+!)?(?:\$?[A-Z]{1,2}\$?\d+(?::\$?[A-Z]{1,2}\$?\d+)?|\$?[A-Z]:\$?[A-Z]))
    (?![\w(])|(?P<name>[A-Z]+)(?=\()|(?P<sign><>|<=|>=|[-+*/&=<>(),]))""",
    re.VERBOSE,
)
_COMPARED: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq, "<>": operator.ne, "<": operator.lt, ">": operator.gt,
    "<=": operator.le, ">=": operator.ge,
}  # fmt: skip


class Workbook:
    """A workbook whose cells are worked out from its formulas alone."""

    def __init__(self, content: bytes) -> None:
        self._book = load_workbook(io.BytesIO(content))
        self.formulas = 0
        self._known: dict[tuple[str, str], Any] = {}  # within one question: tests change cells
        self._asked = 0

    def sheet(self, name: str) -> Any:
        return self._book[name]

    def is_formula(self, sheet: str, cell: str) -> bool:
        written = self._book[sheet][cell].value
        return isinstance(written, str) and written.startswith("=")

    def value(self, sheet: str, cell: str) -> Any:
        """Return what a cell holds or comes to."""
        written = self._book[sheet][cell].value
        if not self.is_formula(sheet, cell):
            return Decimal(str(written)) if isinstance(written, int | float) else written
        if not self._asked:
            self._known.clear()
        if (sheet, cell) not in self._known:
            self._asked += 1
            self.formulas += 1
            self._known[sheet, cell] = _Formula(self, sheet, written[1:]).comes_to()
            self._asked -= 1
        return self._known[sheet, cell]

    def column_of(self, sheet: str, cells: str) -> list[Any]:
        """Return what the cells of one column come to."""
        column, first, _, last = range_boundaries(cells.replace("$", ""))
        letter = self._book[sheet].cell(1, column).column_letter
        rows = range(first or 1, (last or self._book[sheet].max_row) + 1)
        return [self.value(sheet, f"{letter}{row}") for row in rows]


class _Formula:
    """Reads one formula from left to right: comparison, text, sum, product, operand."""

    def __init__(self, book: Workbook, sheet: str, text: str) -> None:
        self._book, self._sheet = book, sheet
        self._tokens = [
            (found.lastgroup, found[found.lastgroup or 0]) for found in _TOKEN.finditer(text)
        ]
        assert "".join(word for _, word in self._tokens) == text, text
        self._at = 0

    def comes_to(self) -> Any:
        result = self._comparison()
        assert self._at == len(self._tokens), self._tokens[self._at :]
        return result

    def _next_is(self, *signs: str) -> str:
        if self._at < len(self._tokens) and self._tokens[self._at][1] in signs:
            self._at += 1
            return self._tokens[self._at - 1][1]
        return ""

    def _comparison(self) -> Any:
        left = self._joined()
        sign = self._next_is(*_COMPARED)
        return _compared(left, sign, self._joined()) if sign else left

    def _joined(self) -> Any:
        result = self._sum()
        while self._next_is("&"):
            result = f"{result}{self._sum()}"
        return result

    def _sum(self) -> Any:
        result = self._product()
        while sign := self._next_is("+", "-"):
            other = self._product()
            result = result + other if sign == "+" else result - other
        return result

    def _product(self) -> Any:
        result = self._operand()
        while sign := self._next_is("*", "/"):
            other = self._operand()
            result = result * other if sign == "*" else result / other
        return result

    def _operand(self) -> Any:
        kind, word = self._tokens[self._at]
        self._at += 1
        if kind == "text":
            return word[1:-1]
        if kind == "number":
            return Decimal(word)
        if kind == "cells":
            return self._cells(word)
        if kind == "name":
            return self._function(word)
        assert word == "(", word
        inner = self._comparison()
        assert self._next_is(")")
        return inner

    def _cells(self, word: str) -> Any:
        other, _, cells = word.rpartition("!")
        sheet = other.strip("'") or self._sheet
        if ":" in cells:
            return self._book.column_of(sheet, cells)
        return self._book.value(sheet, cells.replace("$", ""))

    def _function(self, name: str) -> Any:
        assert self._next_is("(")
        if name == "IF":
            return self._if()
        given = [self._comparison()]
        while self._next_is(","):
            given.append(self._comparison())
        assert self._next_is(")")
        return _FUNCTIONS[name](*given)

    def _if(self) -> Any:
        """Work out only the branch that counts: the other one may divide by nothing."""
        holds = self._comparison()
        results = []
        for wanted in (holds, not holds):
            assert self._next_is(",")
            results.append(self._comparison() if wanted else self._skipped())
        assert self._next_is(")")
        return results[0] if holds else results[1]

    def _skipped(self) -> None:
        depth = 0
        while depth or self._tokens[self._at][1] not in {",", ")"}:
            depth += {"(": 1, ")": -1}.get(self._tokens[self._at][1], 0)
            self._at += 1


def _compared(left: Any, sign: str, right: Any) -> bool:
    left, right = ("" if one is None else one for one in (left, right))
    if isinstance(left, str) is isinstance(right, str):
        return _COMPARED[sign](left, right)
    return _COMPARED[sign](isinstance(left, str), isinstance(right, str))


def _matches(value: Any, wanted: Any) -> bool:
    """Return whether a cell fits what COUNTIFS asks for: a value, or a sign before a number."""
    found = re.fullmatch(r"(>=|<=|>|<)(.+)", wanted) if isinstance(wanted, str) else None
    if found:
        return isinstance(value, Decimal) and _COMPARED[found[1]](value, Decimal(found[2]))
    return bool(value == wanted)


def _fitting(pairs: Sequence[Any]) -> list[bool]:
    columns = [
        [_matches(value, wanted) for value in column]
        for column, wanted in zip(pairs[::2], pairs[1::2], strict=True)
    ]
    return [all(row) for row in zip(*columns, strict=True)]


def _sumifs(summed: Sequence[Any], *pairs: Any) -> Decimal:
    kept = zip(summed, _fitting(pairs), strict=True)
    return sum((value for value, fits in kept if fits), Decimal(0))


def _numbers(given: Sequence[Any]) -> list[Decimal]:
    flat = [one for part in given for one in (part if isinstance(part, list) else [part])]
    return [one for one in flat if isinstance(one, Decimal)]


_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "COUNTIFS": lambda *pairs: Decimal(sum(_fitting(pairs))),
    "COUNTIF": lambda *pairs: Decimal(sum(_fitting(pairs))),
    "SUMIFS": _sumifs,
    "SUM": lambda *given: sum(_numbers(given), Decimal(0)),
    "MIN": lambda *given: min(_numbers(given)),
    "MAX": lambda *given: max(_numbers(given)),
    "AND": lambda *given: all(given),
    "OR": lambda *given: any(given),
    "ABS": abs,
    "INT": lambda value: value.to_integral_value(ROUND_FLOOR),
    "ROUND": lambda value, digits: value.quantize(Decimal(1).scaleb(-int(digits)), ROUND_HALF_UP),
}
