"""CSV files to rows of texts: at DuckDB's speed where that is exact, by hand where it is not.

In   a path, its FileBytes, how the mapping says that it is written
Out  a StagedFile, or Refusal
Why  docs/methods/reading-evidence.md

DuckDB reads a file that is UTF-8, rectangular and without blank lines; its strict mode raises on
anything else, and then Python's csv reader takes each row by itself and says what is wrong with it.
Lines and rows must add up: what lies inside a text of several lines is counted in a remark.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import duckdb

from retained.evidence.engine.mapping import FileMapping, Format
from retained.evidence.engine.sql_text import literal, quoted
from retained.evidence.engine.staging.bytes_read import FileBytes, has_blank_line
from retained.evidence.engine.staging.clean_rows import NEW_LINE, CleanRows
from retained.evidence.engine.staging.csv_records import (
    LONGEST_CELL,
    BrokenCsvError,
    Record,
    Records,
)
from retained.evidence.engine.staging.staged import ROW, Refusal, StagedFile, unique_names

DELIMITERS = (",", ";", "\t", "|")
_INSIDE = "lines_in_texts"
_SURROGATE = re.compile("[\udc80-\udcff]")


def stage_csv(
    connection: duckdb.DuckDBPyConnection,
    path: Path,
    mapping: FileMapping,
    *,
    name: str,
    seen: FileBytes,
    folder: Path,
) -> StagedFile:
    """Return the file as a relation of texts, in Parquet below `folder`."""
    encoding = seen.mark or mapping.encoding
    if seen.has_nul and not encoding.startswith(("utf-16", "utf_16", "utf-32", "utf_32")):
        raise Refusal(
            "encoding",
            name,
            "The file holds NUL characters: it is probably UTF-16 without its mark. "
            "Write “encoding: utf-16-le” in the mapping, or save the file as UTF-8.",
        )
    mapping = with_delimiter(path, mapping, encoding, name=name)
    header = unique_names(_header(path, mapping, encoding, name=name))
    staged = StagedFile(
        name=name,
        sha256=seen.sha256,
        format=Format.CSV,
        parquet=folder / f"{seen.sha256}.parquet",
        columns=header,
        rows=0,
        first_row=2,
    )
    if _is_plain(mapping, encoding):
        rows = _copied(connection, path, mapping, staged)
        if rows is not None and rows >= seen.text_lines - 1:
            return replace(staged, rows=rows)
        # Fewer rows than lines: blank lines, which DuckDB passes over, texts of several lines, or
        # a stray quotation mark that swallowed rows.
        if (
            rows is not None
            and not has_blank_line(path)
            and not _may_hold_rows(connection, staged, mapping)
        ):
            staged = replace(staged, rows=rows)
            return _with_lines_inside(staged, seen.text_lines - 1 - rows)
    return _straightened(connection, path, mapping, staged=staged, encoding=encoding)


def _is_plain(mapping: FileMapping, encoding: str) -> bool:
    """Return whether DuckDB numbers the rows of such a file as a spreadsheet does."""
    return (
        encoding in {"utf-8", "utf-8-sig", "ascii"}
        and mapping.header_row == 1
        and len((mapping.delimiter or "").encode()) == 1
        and len(mapping.quote.encode()) == 1
    )


def _lines(path: Path, encoding: str) -> Iterator[str]:
    codec = "utf-8-sig" if encoding == "utf-8" else encoding
    with path.open("r", encoding=codec, errors="surrogateescape", newline="") as file:
        yield from file


def _records(
    path: Path, mapping: FileMapping, encoding: str, *, name: str, width: int = 0
) -> Iterator[Record]:
    lines = _lines(path, encoding)
    try:
        yield from Records(lines, mapping.delimiter or ",", mapping.quote, width)
    except BrokenCsvError as error:
        raise Refusal(
            "broken_csv",
            name,
            f"After row {error.number:,} the file cannot be read as CSV ({error}): "
            "often a quotation mark is opened there and never closed.",
        ) from error
    except UnicodeError as error:
        raise Refusal("encoding", name, f"The file is not {encoding}: {error}.") from error


def _header(path: Path, mapping: FileMapping, encoding: str, *, name: str) -> list[str]:
    for record in _records(path, mapping, encoding, name=name):
        if record.number == mapping.header_row:
            if not any(cell.strip() for cell in record.cells):
                break
            return [_readable(cell)[0] for cell in record.cells]
    raise Refusal(
        "no_header",
        name,
        f"Row {mapping.header_row} should hold the columns' names and is empty: "
        "say in header_row which row does.",
    )


def with_delimiter(path: Path, mapping: FileMapping, encoding: str, *, name: str) -> FileMapping:
    """Return the mapping with the delimiter that the header shows, if it names none.

    A header of one column under a mapping of several is a wrong delimiter, and is refused.
    """
    wanted = {name.casefold() for name in (*mapping.columns.values(), *mapping.attributes.values())}
    found: dict[str, int] = {}
    for delimiter in (mapping.delimiter,) if mapping.delimiter else DELIMITERS:
        candidate = mapping.model_copy(update={"delimiter": delimiter})
        names = {name.strip().casefold() for name in _header(path, candidate, encoding, name=name)}
        found[delimiter] = len(wanted & names) * 1000 + len(names)
    best = max(found, key=lambda delimiter: found[delimiter])
    if found[best] == 1 and len(wanted) > 1:
        candidate = mapping.model_copy(update={"delimiter": best})
        title = _header(path, candidate, encoding, name=name)[0]
        others = [mark for mark in DELIMITERS if mark != best and mark in title]
        hint = f"Write “delimiter: {_spelled(others[0])}” in the mapping." if others else ""
        raise Refusal(
            "one_column",
            name,
            f"With the delimiter {_spelled(best)} the file has one column, “{title[:80]}”. {hint}",
        )
    return mapping.model_copy(update={"delimiter": best})


def _spelled(delimiter: str) -> str:
    return "tab" if delimiter == "\t" else f'"{delimiter}"'


def _copied(
    connection: duckdb.DuckDBPyConnection, path: Path, mapping: FileMapping, staged: StagedFile
) -> int | None:
    """Let DuckDB copy the file; None if it found anything that is not plain."""
    columns = ", ".join(f"{literal(name)}: 'VARCHAR'" for name in staged.columns)
    source = (
        f"read_csv({literal(str(path))}, auto_detect = false, header = true, strict_mode = true, "
        f"delim = {literal(mapping.delimiter or ',')}, quote = {literal(mapping.quote)}, "
        f"escape = {literal(mapping.quote)}, columns = {{{columns}}}, "
        f"max_line_size = {2 * LONGEST_CELL})"
    )
    target = literal(str(staged.parquet))
    try:
        copied = connection.execute(f"COPY (SELECT * FROM {source}) TO {target} (FORMAT parquet)")
        return int(copied.fetchall()[0][0])
    except duckdb.InvalidInputException:
        staged.parquet.unlink(missing_ok=True)
        return None


def _straightened(
    connection: duckdb.DuckDBPyConnection,
    path: Path,
    mapping: FileMapping,
    *,
    staged: StagedFile,
    encoding: str,
) -> StagedFile:
    width, inside = len(staged.columns), 0
    with CleanRows(staged.parquet.parent, staged.sha256) as clean:
        for record in _records(path, mapping, encoding, name=staged.name, width=width):
            if record.number <= mapping.header_row or not record.cells:
                continue
            inside += record.lines - 1
            _take(clean, record, staged)
        if inside:
            clean.fault(_INSIDE, None, value=f"{inside:,}")
    return staged_from_clean(connection, clean, staged)


def _take(clean: CleanRows, record: Record, staged: StagedFile) -> None:
    """Write one row, or what is wrong with it."""
    number, width = record.number, len(staged.columns)
    cells, odd = _readable_row(record.cells)
    if record.stray:
        clean.leave("stray_quote", number, cells[0])
        return
    if len(cells) != width:
        code = "row_too_short" if len(cells) < width else "row_too_long"
        clean.leave(code, number, f"{len(cells)} instead of {width}")
        return
    if odd is not None:
        clean.fault("odd_bytes", number, column=staged.columns[odd], value=cells[odd])
    clean.add(number, cells)


def _may_hold_rows(
    connection: duckdb.DuckDBPyConnection, staged: StagedFile, mapping: FileMapping
) -> bool:
    """Return whether a text of several lines has a line with as many delimiters as a row.

    Of the last line of a text the delimiters before its own cell count: the others come after it.
    """
    mark = literal(mapping.delimiter or ",")
    width = len(staged.columns)
    for place, column in enumerate(staged.columns):
        name = quoted(column)
        found = connection.execute(
            f"""
            WITH texts AS (
                SELECT string_split({name}, chr(10)) AS lines
                FROM {staged.relation} WHERE contains({name}, chr(10))
            ), counted AS (
                SELECT unnest(lines[2:-2]) AS line, {width - 1} AS wanted FROM texts
                UNION ALL SELECT lines[-1], {place} FROM texts
            )
            SELECT 1 FROM counted
            WHERE length(line) - length(replace(line, {mark}, '')) = wanted LIMIT 1
            """
        ).fetchall()
        if found:
            return True
    return False


def _with_lines_inside(staged: StagedFile, inside: int) -> StagedFile:
    """Return the file with a remark on the lines that are no rows of their own."""
    with CleanRows(staged.parquet.parent, staged.sha256) as clean:
        clean.fault(_INSIDE, None, value=f"{inside:,}")
    clean.path.unlink()
    return replace(staged, faults=clean.faults_path)


def staged_from_clean(
    connection: duckdb.DuckDBPyConnection,
    clean: CleanRows,
    staged: StagedFile,
    *,
    pad: bool = False,
) -> StagedFile:
    """Return rows that were written by CleanRows as a StagedFile; `pad` fills short rows."""
    columns = ", ".join(f"{literal(name)}: 'VARCHAR'" for name in staged.columns)
    source = (
        f"read_csv({literal(str(clean.path))}, auto_detect = false, header = false, delim = ',', "
        f"quote = '\"', escape = '\"', columns = {{{literal(ROW)}: 'BIGINT', {columns}}}, "
        f"new_line = {NEW_LINE}, max_line_size = {64 * LONGEST_CELL}, "
        f"null_padding = {str(pad).lower()}, parallel = {str(not pad).lower()})"
    )
    names = ", ".join(quoted(name) for name in (ROW, *staged.columns))
    target = literal(str(staged.parquet))
    connection.execute(f"COPY (SELECT {names} FROM {source}) TO {target} (FORMAT parquet)")
    clean.path.unlink()
    return replace(
        staged,
        rows=clean.rows,
        first_row=None,
        faults=clean.faults_path if clean.faults else None,
        left_rows=clean.left_rows,
    )


def _readable_row(record: list[str]) -> tuple[list[str], int | None]:
    """Return a row as valid text, and the index of the first cell that held odd bytes."""
    first_odd = None
    cells = []
    for index, cell in enumerate(record):
        text, odd = _readable(cell)
        if odd and first_odd is None:
            first_odd = index
        cells.append(text)
    return cells, first_odd


def _readable(cell: str) -> tuple[str, bool]:
    """Return a cell as valid text: bytes that are not of the file's encoding are read as cp1252."""
    if cell.isascii():
        return cell, False
    text = _SURROGATE.sub(
        lambda match: bytes([ord(match[0]) - 0xDC00]).decode("cp1252", "replace"), cell
    )
    return text, text != cell
