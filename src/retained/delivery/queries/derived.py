"""Derived files: large results as Parquet, read by DuckDB; rebuilt from evidence at will.

What each ticket counts as (`results`) is written by the measurement. The histories of a source
are kept here as well, sorted by ticket, so that one ticket is found without reading all evidence.
"""

import hashlib
import json
import re
import shutil
import tempfile
from collections.abc import Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import duckdb
from django.conf import settings

from retained.delivery.engine.bulk.connection import large_connection
from retained.delivery.engine.bulk.moves import Moves, read_moves, write_moves
from retained.delivery.engine.histories import COLUMNS, ORDER
from retained.delivery.models import Measured
from retained.evidence.engine.normalising.row_counts import (
    ROWS_BY_MONTH,
    RowsByMonth,
    row_counts,
)
from retained.evidence.engine.sql_text import literal
from retained.evidence.models import Batch, Source
from retained.evidence.queries import batches as evidence_batches
from retained.files import parquet
from retained.shared.errors import DomainError

CHANGES, CONTINUED, REPORTED = "changes.parquet", "continued.parquet", "reported.parquet"
ROWS = "rows.parquet"  # how many rows each month has, and how many could not be used
_FORM = 2  # of these files: a new one has them written anew
MOVES = "moves"  # a folder beside them, made where a source is large
_READ = ", ".join(f'"{name}"' for name in dict.fromkeys((*COLUMNS, *ORDER)))
_SORTED = ", ".join(f'"{name}"' for name in ORDER)


def derived_folder() -> Path:
    """Return the folder of derived files."""
    folder = Path(settings.DATA_DIR) / "derived"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def duck() -> AbstractContextManager[duckdb.DuckDBPyConnection]:
    """Open a connection that reads derived files only; what is created in it must be TEMP."""
    return parquet.duck(derived_folder())


def kept_table(place: Path) -> AbstractContextManager[duckdb.DuckDBPyConnection]:
    """Open a derived database file for reading, and derived files beside it."""
    return parquet.kept_table(place, derived_folder())


def results_file(measured: Measured) -> Path:
    """Return the Parquet of what each ticket counts as; raise DomainError where it is gone."""
    path = derived_folder() / measured.results_name
    if not path.exists():
        raise DomainError(
            "The tickets of these figures are not on this machine's disk any more: "
            "have the agreement measured anew, then open this page again."
        )
    return path


def slice_of(results: Path, key: str) -> Path:
    """Return the place of some of a measurement's tickets in a database file of their own."""
    return results.with_name(f"{results.stem}.{key}.slice.duckdb")


def clear_results(measured: Measured) -> None:
    """Remove what earlier measurements of the same agreement left."""
    kept = Path(measured.results_name).stem
    reference = re.escape(measured.agreement.reference)
    own = re.compile(rf"({reference}-[0-9a-f]{{16}})(\..*)?\.(parquet|json|duckdb)")
    for path in derived_folder().iterdir():
        found = own.fullmatch(path.name)
        if found and found[1] != kept:
            path.unlink(missing_ok=True)


def rows(sql: str, parameters: Sequence[object] = ()) -> list[tuple[Any, ...]]:
    """Return the rows of one question to derived files."""
    with duck() as connection:
        found: list[tuple[Any, ...]] = connection.execute(sql, list(parameters)).fetchall()
        return found


def history_folder(source_name: str) -> Path | None:
    """Return the folder with a source's histories, made now if its batches changed since.

    None where nothing was imported from a source of that name.
    """
    batches = evidence_batches.batches_of_sources([source_name]).get(source_name, [])
    return histories_of(evidence_batches.those_that_count(batches))


def histories_of(batches: Sequence[Batch]) -> Path | None:
    """Return the folder with the histories of a source's batches that count, made if need be."""
    folder = folder_of(batches)
    if folder is not None and not folder.exists():
        _write_histories(batches, folder)
    return folder


def moves_of(source_name: str) -> Moves | None:
    """Return the moves of a source, made now if its batches changed since.

    They are what a large source is counted by. None where nothing was imported.
    """
    folder = history_folder(source_name)
    if folder is None:
        return None
    place = folder / MOVES
    if not place.exists():
        _write_moves(folder / CHANGES, place)
    return read_moves(place)


def rows_of(source_name: str) -> RowsByMonth:
    """Return how many rows a source has in each month, and how many could not be used."""
    folder = history_folder(source_name)
    if folder is None:
        return {}
    return row_counts(
        rows("SELECT month, rows, unusable FROM read_parquet(?)", [str(folder / ROWS)])
    )


def _write_moves(changes: Path, target: Path) -> None:
    """Write the moves of a source, whole or not at all."""
    with tempfile.TemporaryDirectory(dir=derived_folder(), prefix=".moves-") as made:
        draft = Path(made) / "draft"
        draft.mkdir()
        with large_connection() as connection:
            try:
                write_moves(connection, draft, f"read_parquet({literal(str(changes))})")
            except ValueError as error:
                raise DomainError(
                    f"{error} Check which column the mapping takes the priority from."
                ) from error
        if not target.exists():
            draft.rename(target)


def clear_histories(source: Source) -> None:
    """Remove the histories of a source that its batches no longer give."""
    kept = folder_of(evidence_batches.batches_that_count(source))
    for folder in derived_folder().glob(f"history-{source.pk}-*"):
        if folder != kept:
            shutil.rmtree(folder, ignore_errors=True)


def folder_of(batches: Sequence[Batch]) -> Path | None:
    """Return where the histories of a source's batches are, or would be; None of no batch."""
    named = [(one.source_id, one.number, one.sha256, one.mapping_id) for one in batches]
    if not named:
        return None
    return derived_folder() / f"history-{named[0][0]}-{_key(named)}"


def _key(batches: Sequence[tuple[object, ...]]) -> str:
    """Return a key that changes whenever what counts of a source changes."""
    return hashlib.sha256(json.dumps([_FORM, *batches]).encode()).hexdigest()[:16]


def _write_histories(batches: Sequence[Batch], target: Path) -> None:
    """Write a source's changes, continuations and reported verdicts, whole or not at all."""
    with tempfile.TemporaryDirectory(dir=derived_folder(), prefix=".history-") as made:
        draft = Path(made) / "draft"
        draft.mkdir()
        with evidence_batches.evidence_of_batches(batches) as evidence:
            for name, sql in _PARTS.items():
                written = evidence.folder / name
                evidence.connection.execute(f"COPY ({sql}) TO '{written}' (COMPRESSION zstd)")
                shutil.move(written, draft / name)
        if not target.exists():
            draft.rename(target)


_PARTS = {
    CHANGES: f"SELECT {_READ} FROM changes ORDER BY {_SORTED}",  # noqa: S608 - our own names
    CONTINUED: (
        "SELECT DISTINCT ticket, attributes FROM changes "
        """WHERE attributes LIKE '%"continues":"_%' """
        "AND json_extract_string(attributes, '$.continues') IN (SELECT ticket FROM changes) "
        "ORDER BY ticket"
    ),
    ROWS: ROWS_BY_MONTH,
    REPORTED: (
        'SELECT ticket, last(reported ORDER BY "at", sequence) AS reported FROM changes '
        "WHERE reported IS NOT NULL GROUP BY ticket ORDER BY ticket"
    ),
}
