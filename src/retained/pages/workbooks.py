"""Workbooks with formulas: how they are opened, and the formats that their cells share."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import xlsxwriter

from retained.shared.money import minor_digits

# A text never becomes a formula, a link or a number by the way it looks.
_TEXTS_STAY = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


@contextmanager
def new_workbook(out: io.BytesIO, *, at: datetime | None = None) -> Iterator[Any]:
    """Open a workbook that is written to `out` in the end; `at` makes its bytes the same again."""
    with xlsxwriter.Workbook(out, {"in_memory": True} | _TEXTS_STAY) as book:
        if at is not None:
            book.set_properties({"created": at.astimezone(UTC).replace(tzinfo=None)})
        yield book


def money_format(currency: str) -> str:
    """Return the number format of amounts in a currency."""
    digits = minor_digits(currency)
    return "#,##0" + ("." + "0" * digits if digits else "")
