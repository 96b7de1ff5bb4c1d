"""Derived files: large results as Parquet, read by DuckDB; rebuilt from evidence at will.

What each ticket counts as (`results`) is written by the measurement. The histories of a source
are kept here as well, sorted by ticket, so that one ticket is found without reading all evidence.
"""

import hashlib
import json
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
from django.conf import settings

from retained.delivery.engine.histories import COLUMNS, ORDER
from retained.delivery.models import Measured
from retained.evidence import queries as evidence_queries
from retained.evidence.models import Batch, Source
from retained.shared.errors import DomainError

CHANGES, CONTINUED, REPORTED = "changes.parquet", "continued.parquet", "reported.parquet"
_OPTIONS: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "allow_community_extensions": "false",
    "threads": "2",
    "memory_limit": "1GB",
}
_READ = ", ".join(f'"{name}"' for name in dict.fromkeys((*COLUMNS, *ORDER)))
_SORTED = ", ".join(f'"{name}"' for name in ORDER)


def derived_folder() -> Path:
    """Return the folder of derived files."""
    folder = Path(settings.DATA_DIR) / "derived"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@contextmanager
def duck() -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a connection that reads derived files only, and loads nothing from elsewhere."""
    connection = duckdb.connect(config=_OPTIONS)
    connection.execute(f"SET allowed_directories = ['{derived_folder()}']")
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")
    try:
        yield connection
    finally:
        connection.close()


def results_file(measured: Measured) -> Path:
    """Return the Parquet of what each ticket counts as; raise DomainError where it is gone."""
    path = derived_folder() / measured.results_name
    if not path.exists():
        raise DomainError(
            "The tickets of these figures are not on this machine's disk any more: "
            "have the agreement measured anew, then open this page again."
        )
    return path


def rows(sql: str, parameters: Sequence[object] = ()) -> list[tuple[Any, ...]]:
    """Return the rows of one question to derived files."""
    with duck() as connection:
        found: list[tuple[Any, ...]] = connection.execute(sql, list(parameters)).fetchall()
        return found


def history_folder(source: Source) -> Path:
    """Return the folder with a source's histories, made now if its batches changed since."""
    folder = _folder_of(source)
    if not folder.exists():
        _write_histories(source, folder)
    return folder


def clear_histories(source: Source) -> None:
    """Remove the histories of a source that its batches no longer give."""
    kept = _folder_of(source)
    for folder in derived_folder().glob(f"history-{source.pk}-*"):
        if folder != kept:
            shutil.rmtree(folder, ignore_errors=True)


def _folder_of(source: Source) -> Path:
    batches = evidence_queries.batches_that_count(source)
    return derived_folder() / f"history-{source.pk}-{_key(batches)}"


def _key(batches: Sequence[Batch]) -> str:
    """Return a key that changes whenever what counts of a source changes."""
    text = json.dumps([[batch.number, batch.sha256, batch.mapping_id] for batch in batches])
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _write_histories(source: Source, target: Path) -> None:
    """Write a source's changes, continuations and reported verdicts, whole or not at all."""
    with tempfile.TemporaryDirectory(dir=derived_folder(), prefix=".history-") as made:
        draft = Path(made) / "draft"
        draft.mkdir()
        with evidence_queries.evidence_of(source) as evidence:
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
        """WHERE attributes LIKE '%"continues":"_%' ORDER BY ticket"""
    ),
    REPORTED: (
        'SELECT ticket, last(reported ORDER BY "at", sequence) AS reported FROM changes '
        "WHERE reported IS NOT NULL GROUP BY ticket ORDER BY ticket"
    ),
}
