"""Parquet files to rows of texts.

In   a path
Out  a StagedFile, or Refusal
Why  docs/methods/reading-evidence.md

Types are kept in how a value is written: times as ISO, whole floats without their “.0”.
"""

from pathlib import Path

import duckdb

from retained.evidence.engine.mapping import FileMapping, Format
from retained.evidence.engine.sql_text import literal, quoted
from retained.evidence.engine.staging.bytes_read import FileBytes
from retained.evidence.engine.staging.staged import ROW, Refusal, StagedFile, unique_names
from retained.shared.room import is_full


def stage_parquet(
    connection: duckdb.DuckDBPyConnection,
    path: Path,
    mapping: FileMapping,  # noqa: ARG001 - every stager takes the same
    *,
    name: str,
    seen: FileBytes,
    folder: Path,
) -> StagedFile:
    """Return the file as a relation of texts; its first row is row 1."""
    source = f"read_parquet({literal(str(path))})"
    target = folder / f"{seen.sha256}.parquet"
    try:
        described = connection.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()
        columns = unique_names([row[0] for row in described])
        parts = [
            f"{_text(row[0], row[1])} AS {quoted(column)}"
            for row, column in zip(described, columns, strict=True)
            if row[0] != ROW
        ]
        copied = connection.execute(
            f"COPY (SELECT {', '.join(parts)} FROM {source}) "
            f"TO {literal(str(target))} (FORMAT parquet)"
        ).fetchall()
    except duckdb.Error as error:
        if is_full(error):  # of the copy: the file itself may be sound
            raise
        raise Refusal(
            "broken_parquet", name, f"The file cannot be read as Parquet: {_first_line(error)}"
        ) from error
    return StagedFile(
        name=name,
        sha256=seen.sha256,
        format=Format.PARQUET,
        parquet=target,
        columns=tuple(column for column in columns if column != ROW),
        rows=int(copied[0][0]),
        first_row=1,
    )


def _text(column: str, kind: str) -> str:
    name = quoted(column)
    if kind in {"DOUBLE", "FLOAT"}:
        whole = f"{name} = floor({name}) AND abs({name}) < 1e15"
        return f"CASE WHEN {whole} THEN CAST({name}::BIGINT AS VARCHAR) ELSE {name}::VARCHAR END"
    return f"CAST({name} AS VARCHAR)"


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0][:200]
