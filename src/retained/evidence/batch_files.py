"""The files of a batch below EVIDENCE_ROOT: written aside, made durable, then moved into place.

A folder without its row in the database was never imported: it is left over from a process that
was killed, and a daily job clears it.
"""

import os
import re
import secrets
import shutil
from datetime import datetime
from pathlib import Path

import duckdb
from django.conf import settings

ROWS = "rows.parquet"
FAULTS = "faults.csv"
REMARKS = "remarks.parquet"
_INCOMING = ".incoming"
_OURS = re.compile("[0-9a-f]{32}")


def incoming_folder() -> Path:
    """Return a new folder to write a batch into."""
    folder = Path(settings.EVIDENCE_ROOT) / _INCOMING / secrets.token_hex(16)
    folder.mkdir(parents=True)
    return folder


def move_into_place(folder: Path) -> str:
    """Make the folder's files durable, give it its place, and return the place's name.

    After any fault the folder is in no place.
    """
    for file in folder.iterdir():
        _fsync(file)
    _fsync(folder)
    target = Path(settings.EVIDENCE_ROOT) / folder.name
    try:
        folder.rename(target)
        _fsync(target.parent)
    except BaseException:
        discard(target)
        raise
    return target.name


def folders_before(moment: datetime) -> list[Path]:
    """Return the folders of batches, in their place or on the way to it, older than `moment`."""
    root = Path(settings.EVIDENCE_ROOT)
    found = [path for pattern in ("*", f"{_INCOMING}/*") for path in root.glob(pattern)]
    return sorted(
        path
        for path in found
        if _OURS.fullmatch(path.name) and path.stat().st_mtime < moment.timestamp()
    )


def count_rows(folder: Path) -> int | None:
    """Return how many rows a batch keeps; nothing where they are not there or cannot be read."""
    try:
        with duckdb.connect() as connection:
            return int(connection.read_parquet(str(folder / ROWS)).count("*").fetchall()[0][0])
    except duckdb.Error:
        return None


def remove(name: str) -> None:
    """Remove the folder of a batch that was not kept."""
    shutil.rmtree(Path(settings.EVIDENCE_ROOT) / name, ignore_errors=True)


def discard(folder: Path) -> None:
    """Remove a folder that never got its place."""
    shutil.rmtree(folder, ignore_errors=True)


def _fsync(path: Path) -> None:
    if path.is_dir() and os.name != "posix":
        return  # only POSIX opens folders
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
