"""XLSX workbooks to rows of texts; formulas are never computed.

In   a path
Out  a StagedFile, or Refusal
Why  docs/methods/reading-evidence.md

A cell with a formula counts with the value that the spreadsheet stored beside it. Dates are written
as ISO, whole numbers without “.0”.
"""

import contextlib
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError

import duckdb
import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from retained.evidence.engine.mapping import FileMapping, Format
from retained.evidence.engine.staging.bytes_read import FileBytes
from retained.evidence.engine.staging.clean_rows import CleanRows
from retained.evidence.engine.staging.csv_rows import staged_from_clean
from retained.evidence.engine.staging.staged import Refusal, StagedFile, unique_names
from retained.shared.archives import (
    ArchiveError,
    ArchiveTooLargeError,
    check_workbook,
    is_archive,
)
from retained.shared.sizes import in_words

_BROKEN = (
    zipfile.BadZipFile,
    InvalidFileException,
    ParseError,
    KeyError,
    ValueError,
    TypeError,
    AttributeError,
    EOFError,
    OSError,
)
_CHUNK_BYTES = 1 << 20
_MOST_COLUMNS = 2000
_SHARED_TEXTS = "xl/sharedStrings.xml"  # the one part that is read into memory as a whole
_MOST_SHARED_BYTES = 300_000_000


def stage_workbook(
    connection: duckdb.DuckDBPyConnection,
    path: Path,
    mapping: FileMapping,
    *,
    name: str,
    seen: FileBytes,
    folder: Path,
) -> StagedFile:
    """Return one sheet of the workbook as a relation of texts."""
    _check(path, name)
    header: list[str] | None = None
    with CleanRows(folder, seen.sha256) as clean:
        for number, values, formulas in _rows(path, mapping, name):
            if number < mapping.header_row or (header is not None and not any(values)):
                continue
            if header is None:
                header = _header(values, name)
                continue
            cells = [*values, *[""] * len(header)][: len(header)]
            if any(values[len(header) :]):
                clean.leave("row_too_long", number, f"{len(values)} instead of {len(header)}")
                continue
            for index in formulas:
                if index < len(header):
                    clean.fault("formula_without_value", number, column=header[index])
            clean.add(number, cells)
    if header is None:
        raise Refusal("empty_file", name, "The sheet has no rows.")
    staged = StagedFile(
        name=name,
        sha256=seen.sha256,
        format=Format.XLSX,
        parquet=folder / f"{seen.sha256}.parquet",
        columns=tuple(header),
        rows=0,
        first_row=None,
    )
    return staged_from_clean(connection, clean, staged)


def _check(path: Path, name: str) -> None:
    """Refuse what is no sound workbook, or would grow too large, before anything reads it."""
    if not is_archive(path):
        raise Refusal(
            "broken_workbook",
            name,
            "The file is no XLSX workbook; an old .xls and a workbook with a password are none "
            "either. Save it as .xlsx without a password, or export the rows as CSV.",
        )
    try:
        parts = check_workbook(path)
    except ArchiveError as error:
        large = isinstance(error, ArchiveTooLargeError)
        code = "workbook_too_large" if large else "broken_workbook"
        sentence = f"The workbook is not opened. {error.message} Or export the rows as CSV."
        raise Refusal(code, name, sentence) from error
    shared = sum(part.size_bytes for part in parts if part.name == _SHARED_TEXTS)
    if shared > _MOST_SHARED_BYTES:
        raise Refusal(
            "workbook_too_large",
            name,
            f"The workbook is not opened: its texts alone are {in_words(shared)}. "
            "Send it in parts, or export the rows as CSV.",
        )


def _header(values: list[str], name: str) -> list[str]:
    while values and not values[-1]:
        values.pop()
    if not values:
        raise Refusal(
            "no_header",
            name,
            "The row that should hold the columns' names is empty: say in header_row which does.",
        )
    if len(values) > _MOST_COLUMNS:
        raise Refusal("too_many_columns", name, f"More than {_MOST_COLUMNS:,} columns.")
    return list(unique_names(values))


def _rows(
    path: Path, mapping: FileMapping, name: str
) -> Iterator[tuple[int, list[str], list[int]]]:
    """Yield number, texts, and the indexes of formulas that have no stored value."""
    try:
        with contextlib.ExitStack() as stack:
            stored = _sheet(path, mapping.sheet, name, stack=stack, data_only=True)
            written = (
                _sheet(path, mapping.sheet, name, stack=stack, data_only=False)
                if _has_formulas(path)
                else None
            )
            for number, values in enumerate(stored, start=1):
                formulas = next(written) if written is not None else ()
                lost = [
                    index
                    for index, formula in enumerate(formulas)
                    if isinstance(formula, str)
                    and formula.startswith("=")
                    and (index >= len(values) or values[index] is None)
                ]
                yield number, [_text(value) for value in values], lost
    except _BROKEN as error:
        raise Refusal(
            "broken_workbook",
            name,
            "The workbook is damaged and cannot be read: open it in a spreadsheet and save it "
            "again, or export the rows as CSV.",
        ) from error


def _sheet(
    path: Path, title: str | None, name: str, *, stack: contextlib.ExitStack, data_only: bool
) -> Iterator[tuple[Any, ...]]:
    # Opened here: openpyxl believes only names that end in .xlsx, and stored files have no ending.
    file = stack.enter_context(path.open("rb"))
    book = openpyxl.load_workbook(file, read_only=True, data_only=data_only, keep_links=False)
    stack.callback(book.close)
    if title is not None and title not in book.sheetnames:
        raise Refusal(
            "sheet_missing",
            name,
            f"The workbook has no sheet “{title}”; it has {', '.join(book.sheetnames)}.",
        )
    sheet = book[title] if title is not None else book.worksheets[0]
    sheet.reset_dimensions()  # the size that a file states may be false
    return iter(sheet.iter_rows(values_only=True))


def _has_formulas(path: Path) -> bool:
    with zipfile.ZipFile(path) as archive:
        for member in archive.namelist():
            if member.startswith("xl/worksheets/") and _holds_formula(archive, member):
                return True
    return False


def _holds_formula(archive: zipfile.ZipFile, member: str) -> bool:
    tail = b""
    with archive.open(member) as file:
        while chunk := file.read(_CHUNK_BYTES):
            if b"<f>" in tail + chunk or b"<f " in tail + chunk:
                return True
            tail = chunk[-2:]
    return False


def _text(value: Any) -> str:
    match value:
        case None:
            text = ""
        case bool():
            text = "true" if value else "false"
        case float():
            text = str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
        case datetime():
            text = value.replace(microsecond=0).isoformat(sep=" ")
        case date() | time():
            text = value.isoformat()
        case timedelta():
            seconds = round(value.total_seconds())
            text = f"{seconds // 3600}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
        case _:
            text = str(value).replace("\0", "")
    return text
