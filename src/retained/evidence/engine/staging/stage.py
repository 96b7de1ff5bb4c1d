"""Any file to a relation of texts, by its format.

In   a path, the part of the mapping that reads it
Out  a StagedFile, or Refusal
Why  docs/methods/reading-evidence.md
"""

from collections.abc import Callable
from pathlib import Path

import duckdb

from retained.evidence.engine.mapping import FileMapping, Format
from retained.evidence.engine.staging.bytes_read import FileBytes, read_bytes
from retained.evidence.engine.staging.csv_rows import stage_csv, with_delimiter
from retained.evidence.engine.staging.json_rows import stage_json_lines
from retained.evidence.engine.staging.parquet_rows import stage_parquet
from retained.evidence.engine.staging.staged import Refusal, StagedFile
from retained.evidence.engine.staging.workbook_rows import stage_workbook
from retained.shared.archives import is_archive

_ENDINGS = {
    ".csv": Format.CSV,
    ".tsv": Format.CSV,
    ".txt": Format.CSV,
    ".xlsx": Format.XLSX,
    ".xlsm": Format.XLSX,
    ".jsonl": Format.JSON_LINES,
    ".ndjson": Format.JSON_LINES,
    ".json": Format.JSON_LINES,
    ".parquet": Format.PARQUET,
}
TABLES = "CSV, TSV, TXT, XLSX, JSON lines or Parquet"
_Stager = Callable[..., StagedFile]
_STAGERS: dict[Format, _Stager] = {
    Format.CSV: stage_csv,
    Format.XLSX: stage_workbook,
    Format.JSON_LINES: stage_json_lines,
    Format.PARQUET: stage_parquet,
}


def format_of(name: str, file: FileMapping | None = None) -> Format:
    """Return the format that the mapping, or else the ending of the name, says."""
    if file is not None and file.format is not None:
        return file.format
    return _ENDINGS.get(Path(name).suffix.lower(), Format.CSV)


def must_be_a_table_by_name(name: str) -> None:
    """Raise Refusal for a file whose ending says that it holds no rows, such as .pdf or .zip."""
    suffix = Path(name).suffix.lower()
    if suffix not in _ENDINGS:
        raise Refusal(
            "no_table",
            name,
            f"“{name}” is no table that can be read: send {TABLES}. Unpack an archive first, and "
            "export a document's rows from the system that they come from.",
        )


def stage(
    connection: duckdb.DuckDBPyConnection,
    path: Path,
    file: FileMapping,
    *,
    name: str,
    folder: Path,
) -> StagedFile:
    """Return one file as a relation of texts in Parquet below `folder`; may raise Refusal."""
    seen: FileBytes = read_bytes(path)
    form = format_of(name, file)
    _must_be_a_table(path, form, name=name, seen=seen)
    return _STAGERS[form](connection, path, file, name=name, seen=seen, folder=folder)


def _must_be_a_table(path: Path, form: Format, *, name: str, seen: FileBytes) -> None:
    """Refuse what holds no rows, whatever its name says."""
    if seen.size_bytes == 0:
        raise Refusal("empty_file", name, "The file is empty (0 bytes): was the export cut off?")
    if form in {Format.CSV, Format.JSON_LINES} and is_archive(path):
        raise Refusal(
            "packed_file",
            name,
            "The file is an archive, not a table: unpack it and send the files that are in it.",
        )


def stage_seen(
    connection: duckdb.DuckDBPyConnection,
    path: Path,
    file: FileMapping,
    *,
    name: str,
    seen: FileBytes,
    folder: Path,
) -> tuple[StagedFile, str | None]:
    """Return a file of unknown layout as a relation of texts, with the delimiter found in it."""
    form = format_of(name, file)
    _must_be_a_table(path, form, name=name, seen=seen)
    delimiter = None
    if form is Format.CSV:
        file = with_delimiter(path, file, seen.mark or file.encoding, name=name)
        delimiter = file.delimiter
    staged = _STAGERS[form](connection, path, file, name=name, seen=seen, folder=folder)
    return staged, delimiter
