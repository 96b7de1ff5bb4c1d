"""Exports: rows as CSV or XLSX, safe to open in a spreadsheet.

A text that begins like a formula would be run by the reader's spreadsheet: it gets an apostrophe
in front (OWASP ASVS 1.2.10). Numbers stay numbers.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal

import xlsxwriter
from django.http import HttpResponse, StreamingHttpResponse

from retained.shared.money import Money

Value = str | int | float | Decimal | Money | datetime | date | bool | None

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\0")
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def guarded(text: str) -> str:
    """Return `text` so that no spreadsheet takes it for a formula."""
    return f"'{text}" if text.lstrip(" \u00a0\ufeff").startswith(FORMULA_STARTS) else text


def plain(value: Value) -> str:
    """Return `value` as CSV holds it: ISO moments, amounts without separators."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Money):
        return str(value.rounded().amount)
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, str):
        return guarded(value)
    return str(value)


class _Line:
    """A file that gives back what is written: csv wants one, a stream wants the line."""

    def write(self, line: str) -> str:
        return line


def csv_lines(header: Sequence[str], rows: Iterable[Sequence[Value]]) -> Iterator[str]:
    """Yield the lines of a CSV (RFC 4180), beginning with the mark by which Excel knows UTF-8."""
    writer = csv.writer(_Line())
    yield "\ufeff"
    yield writer.writerow([guarded(title) for title in header])
    for row in rows:
        yield writer.writerow([plain(value) for value in row])


def csv_response(
    name: str, header: Sequence[str], rows: Iterable[Sequence[Value]]
) -> StreamingHttpResponse:
    """Return a CSV as a download called `name`.csv, streamed row by row."""
    response = StreamingHttpResponse(
        csv_lines(header, rows), content_type="text/csv; charset=utf-8"
    )
    response["Content-Disposition"] = f'attachment; filename="{file_name(name)}.csv"'
    return response


def xlsx_bytes(sheets: Sequence[tuple[str, Sequence[str], Iterable[Sequence[Value]]]]) -> bytes:
    """Return a workbook with one sheet for each (title, header, rows); texts stay texts."""
    out = io.BytesIO()
    options = {"in_memory": True, "remove_timezone": True, "strings_to_formulas": False}
    options |= {"strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(out, options) as book:
        bold = book.add_format({"bold": True, "bottom": 1})
        moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for title, header, rows in sheets:
            sheet = book.add_worksheet(title[:31])
            sheet.freeze_panes(1, 0)
            sheet.write_row(0, 0, list(header), bold)
            for number, row in enumerate(rows, start=1):
                for column, value in enumerate(row):
                    style = moment if isinstance(value, datetime) else day
                    sheet.write(number, column, *_cell(value, style))
            sheet.autofit()
    return out.getvalue()


def xlsx_response(
    name: str, sheets: Sequence[tuple[str, Sequence[str], Iterable[Sequence[Value]]]]
) -> HttpResponse:
    """Return a workbook as a download called `name`.xlsx."""
    response = HttpResponse(xlsx_bytes(sheets), content_type=XLSX_TYPE)
    response["Content-Disposition"] = f'attachment; filename="{file_name(name)}.xlsx"'
    return response


def _cell(value: Value, style: object) -> tuple[object, ...]:
    """Return what xlsxwriter writes for `value`, with its number format where it needs one."""
    if isinstance(value, Money):
        return (float(value.rounded().amount),)
    if isinstance(value, Decimal):
        return (float(value),)
    if isinstance(value, datetime | date):
        return (value, style)
    return (value,)


def file_name(name: str) -> str:
    """Return `name` with nothing in it that a file system or a header takes amiss."""
    kept = "".join(c if c.isascii() and (c.isalnum() or c in "-_.") else "-" for c in name)
    return kept.strip("-.") or "export"
