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

from retained.delivery.engine.histories import COLUMNS, ORDER
from retained.delivery.models import Measured
from retained.evidence import queries as evidence_queries
from retained.evidence.models import Batch, Source
from retained.files import parquet
from retained.shared.errors import DomainError

CHANGES, CONTINUED, REPORTED = "changes.parquet", "continued.parquet", "reported.parquet"
_READ = ", ".join(f'"{name}"' for name in dict.fromkeys((*COLUMNS, *ORDER)))
_SORTED = ", ".join(f'"{name}"' for name in ORDER)


def derived_folder() -> Path:
    """Return the folder of derived files."""
    folder = Path(settings.DATA_DIR) / "derived"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def duck() -> AbstractContextManager[duckdb.DuckDBPyConnection]:
    """Open a connection that reads derived files only."""
    return parquet.duck(derived_folder())


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
    """Return the place of some of a measurement's tickets in a file of their own."""
    return results.with_name(f"{results.stem}.{key}.slice.parquet")


def clear_results(measured: Measured) -> None:
    """Remove what earlier measurements of the same agreement left."""
    kept = Path(measured.results_name).stem
    reference = re.escape(measured.agreement.reference)
    own = re.compile(rf"({reference}-[0-9a-f]{{16}})(\..*)?\.(parquet|json)")
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
    found = evidence_queries.counting_batches_of([source_name])
    return histories_of(found[0]) if found else None


def histories_of(batches: Sequence[Batch]) -> Path:
    """Return the folder with the histories that all batches of a source give, made now if need be.

    It is named by the batches: whenever they change, so does the folder.
    """
    folder = history_place(batches)
    if not folder.exists():
        _write_histories(batches[0].source, folder)
    return folder


def history_place(batches: Sequence[Batch]) -> Path:
    """Return where the histories of these batches are, or would be."""
    named = [(one.source_id, one.number, one.sha256, one.mapping_id) for one in batches]
    return derived_folder() / f"history-{batches[0].source_id}-{_key(named)}"


def clear_histories(source: Source) -> None:
    """Remove the histories of a source that its batches no longer give."""
    found = evidence_queries.counting_batches_of([source.name])
    kept = history_place(found[0]) if found else None
    for folder in derived_folder().glob(f"history-{source.pk}-*"):
        if folder != kept:
            shutil.rmtree(folder, ignore_errors=True)


def beside(folder: Path, stem: str, values: object) -> Path:
    """Return the place of something worked out from the files of a folder and some values."""
    return folder / f"{stem}-{_key(values)}.json"


def _key(values: object) -> str:
    """Return a key that changes whenever the values do."""
    return hashlib.sha256(json.dumps(values).encode()).hexdigest()[:16]


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
