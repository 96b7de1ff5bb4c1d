"""Reading our own files by DuckDB, as cheaply as a page needs it: Parquet, and tables kept open."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

import duckdb

_OPTIONS: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "allow_community_extensions": "false",
    "threads": "2",
    "memory_limit": "1GB",
}


@contextmanager
def duck(folder: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a connection that reads files below `folder` only, and loads nothing from elsewhere.

    All connections of the process to one folder share an empty database: opening one costs a
    millisecond. What a caller creates in it must be TEMP, which is its connection's own.
    """
    connection = _database(str(folder)).cursor()
    try:
        yield connection
    finally:
        connection.close()


@contextmanager
def kept_table(place: Path, folder: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a database file of ours for reading, and beside it files below `folder`.

    The process keeps the last few open with the pages of theirs that were read: a question costs
    half of what the same rows in Parquet cost.
    """
    connection = _kept(str(place), str(folder)).cursor()
    try:
        yield connection
    finally:
        connection.close()


@lru_cache(maxsize=8)
def _database(folder: str) -> duckdb.DuckDBPyConnection:
    return _confined(duckdb.connect(config=_OPTIONS), folder)


@lru_cache(maxsize=16)
def _kept(place: str, folder: str) -> duckdb.DuckDBPyConnection:
    return _confined(duckdb.connect(place, read_only=True, config=_OPTIONS), folder)


def _confined(connection: duckdb.DuckDBPyConnection, folder: str) -> duckdb.DuckDBPyConnection:
    connection.execute(f"SET allowed_directories = ['{folder}']")
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")
    return connection
