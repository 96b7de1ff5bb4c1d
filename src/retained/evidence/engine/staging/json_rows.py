"""JSON lines to rows of texts.

In   a path
Out  a StagedFile, or Refusal
Why  docs/methods/reading-evidence.md

Numbers keep the digits that they were written with; what is nested stays JSON. A row's number is
that of its line.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb

from retained.evidence.engine.mapping import FileMapping, Format
from retained.evidence.engine.staging.bytes_read import FileBytes
from retained.evidence.engine.staging.clean_rows import CleanRows
from retained.evidence.engine.staging.csv_rows import staged_from_clean
from retained.evidence.engine.staging.staged import Refusal, StagedFile, unique_names

_MOST_COLUMNS = 2000
_LONGEST_LINE = 4_000_000


def stage_json_lines(
    connection: duckdb.DuckDBPyConnection,
    path: Path,
    mapping: FileMapping,
    *,
    name: str,
    seen: FileBytes,
    folder: Path,
) -> StagedFile:
    """Return the file as a relation of texts: a column for every key of any line."""
    places: dict[str, int] = {}
    with CleanRows(folder, seen.sha256) as clean:
        for number, line in _lines(path, seen.mark or mapping.encoding, name):
            if number == 1 and line.startswith("["):
                raise Refusal(
                    "not_json_lines",
                    name,
                    "The file is one JSON list, not JSON lines: write one object a line, "
                    "without brackets around them and commas between them.",
                )
            record = _record(line)
            if record is None:
                clean.leave("not_json", number, line[:80])
                continue
            for key in record:
                places.setdefault(key, len(places))
            if len(places) > _MOST_COLUMNS:
                raise Refusal("too_many_columns", name, f"More than {_MOST_COLUMNS:,} keys.")
            cells = [""] * len(places)
            for key, value in record.items():
                cells[places[key]] = _text(value)
            clean.add(number, cells)
    if not places:
        raise Refusal("not_json_lines", name, "No line of the file is a JSON object.")
    staged = StagedFile(
        name=name,
        sha256=seen.sha256,
        format=Format.JSON_LINES,
        parquet=folder / f"{seen.sha256}.parquet",
        columns=unique_names(list(places)),
        rows=0,
        first_row=None,
    )
    return staged_from_clean(connection, clean, staged, pad=True)


def _lines(path: Path, encoding: str, name: str) -> Iterator[tuple[int, str]]:
    codec = "utf-8-sig" if encoding == "utf-8" else encoding
    with path.open("r", encoding=codec, errors="replace") as file:
        number = 0
        while line := file.readline(_LONGEST_LINE):
            number += 1
            if len(line) >= _LONGEST_LINE:
                sentence = f"Line {number:,} is longer than {_LONGEST_LINE:,} characters."
                raise Refusal("line_too_long", name, sentence)
            if line.strip():
                yield number, line.strip()


def _record(line: str) -> dict[str, Any] | None:
    try:
        value = json.loads(line, parse_int=str, parse_float=str, parse_constant=str)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text.encode("utf-8", "replace").decode().replace("\0", "")
