"""Making an archive while the installation goes on working.

The record is sealed first, then the records are read as they were at one moment, then the files:
a file is always on the disk before the row that names it, so every row finds its file.
"""

import os
import sqlite3
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction
from django.db.migrations.recorder import MigrationRecorder

from retained.audit import chain
from retained.audit.actors import Actor
from retained.audit.record import record
from retained.files.storing import INCOMING
from retained.project.backup import manifest, rows
from retained.project.backup.manifest import Manifest, Member
from retained.shared.errors import DomainError

UNFINISHED_FOLDERS = {INCOMING, "staging"}  # what is being uploaded or imported is no record yet


def make(path: Path, *, by: Actor, at: datetime) -> Manifest:
    """Write the archive `path`, whole or not at all, and return what it holds."""
    if path.exists():
        raise DomainError(f"{path} is there already. Name a new file, so that no backup is lost.")
    if not path.parent.is_dir():
        raise DomainError(f"The folder {path.parent} is not there. Make it first.")
    with transaction.atomic():
        record("made a backup", ("backup", path.name, path.name), by=by, at=at)
    head = chain.head(at)
    draft = path.with_name(f"{path.name}.unfinished")
    try:
        made = _write(draft, head, at)
        draft.replace(path)
    except OSError as reason:
        raise DomainError(
            f"The backup could not be written ({reason.strerror}). Nothing was kept of it; "
            "make room or name another folder."
        ) from reason
    finally:
        draft.unlink(missing_ok=True)
    return made


def _write(draft: Path, head: chain.Head, at: datetime) -> Manifest:
    """Write records, files and last the manifest, down to the disk."""
    with zipfile.ZipFile(
        draft, "x", zipfile.ZIP_DEFLATED, allowZip64=True, compresslevel=5
    ) as archive:
        members = [*_records(archive), *_files(archive)]
        made = Manifest(
            format=manifest.FORMAT,
            made_at=at.isoformat(),
            head=str(head),
            steps=applied_steps(),
            members=members,
        )
        archive.writestr(manifest.NAME, made.model_dump_json(indent=1))
    with draft.open("rb+") as written:
        os.fsync(written.fileno())
    return made


def applied_steps() -> list[str]:
    """Return which steps of the tables' form were applied."""
    applied = MigrationRecorder(connection).applied_migrations()
    return sorted(f"{app}.{name}" for app, name in applied)


def _records(archive: zipfile.ZipFile) -> Iterator[Member]:
    """Add the records, as they were at one moment."""
    if connection.vendor == "sqlite":
        with tempfile.TemporaryDirectory(dir=settings.DATA_DIR) as folder:
            copy = Path(folder, manifest.SQLITE)
            _copy_sqlite(copy)
            yield _add(archive, copy, manifest.SQLITE)
        return
    with rows.one_moment():
        for model in rows.tables():
            name = f"{manifest.ROWS}{model._meta.db_table}.jsonl"
            with tempfile.TemporaryFile() as lines:
                rows.write(model, lines)
                lines.seek(0)
                with archive.open(name, "w", force_zip64=True) as target:
                    yield manifest.copied(lines, target, name)


def _copy_sqlite(target: Path) -> None:
    """Copy the database by SQLite's own online backup, which neither stops nor misses a writer."""
    connection.ensure_connection()
    with closing(sqlite3.connect(target)) as copy:
        connection.connection.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")  # one file, without a log beside it


def _files(archive: zipfile.ZipFile) -> Iterator[Member]:
    """Add uploads, evidence, kept heads and the mark of the demonstration."""
    for folder, root in (("files", settings.MEDIA_ROOT), ("evidence", settings.EVIDENCE_ROOT)):
        for path in sorted(Path(root).rglob("*")):
            inside = path.relative_to(root)
            if path.is_file() and inside.parts[0] not in UNFINISHED_FOLDERS:
                yield _add(archive, path, f"{folder}/{inside.as_posix()}")
    if settings.KEPT_HEADS.is_file():
        yield _add(archive, settings.KEPT_HEADS, manifest.KEPT_HEADS)
    if settings.DEMONSTRATION_MARK.exists():
        yield _add(archive, settings.DEMONSTRATION_MARK, settings.DEMONSTRATION_MARK.name)


def _add(archive: zipfile.ZipFile, path: Path, name: str) -> Member:
    """Add one file; Parquet and zip files are not pressed again."""
    entry = zipfile.ZipInfo.from_file(path, name, strict_timestamps=False)
    pressed = path.suffix in {".parquet", ".zip", ".xlsx", ".gz"}
    entry.compress_type = zipfile.ZIP_STORED if pressed else zipfile.ZIP_DEFLATED
    with path.open("rb") as source, archive.open(entry, "w", force_zip64=True) as target:
        return manifest.copied(source, target, name)
