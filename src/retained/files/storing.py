"""Storing what people send: streamed, counted, hashed, and there whole or not at all."""

import hashlib
import os
import tempfile
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from io import BufferedReader
from pathlib import Path
from typing import IO, Protocol

from django.conf import settings
from django.db import DatabaseError, transaction

from retained.audit.actors import Actor
from retained.audit.record import Personal, record
from retained.files.kinds import FIRST_BYTES, FileKind, kind_of
from retained.files.models import StoredFile
from retained.shared.errors import DomainError
from retained.shared.room import said_when_full
from retained.shared.sizes import in_words

_PIECE = 1024 * 1024
INCOMING = ".incoming"


class EmptyFileError(DomainError):
    """A file without a single byte came."""


class TooLargeError(DomainError):
    """More came than the limit allows."""


class Stream(Protocol):
    """Whatever can be read piece by piece: an upload of Django, an open file."""

    def read(self, size: int, /) -> bytes:
        """Return at most `size` bytes, none at the end."""
        ...


@dataclass(frozen=True, slots=True)
class _Written:
    """What was counted while the content went to the disk."""

    path: Path
    size_bytes: int
    sha256: str
    kind: FileKind


@dataclass(frozen=True, slots=True)
class SentFile:
    """A file that somebody hands in: its bytes and its name."""

    stream: Stream
    name: str


def store_upload(
    stream: Stream,
    *,
    name: str,
    by: Actor,
    at: datetime,
    limit_bytes: int | None = None,
    folder: str = "uploads",
) -> StoredFile:
    """Keep what `stream` gives, under a random name, and return its row.

    Nobody's word on the size is believed: bytes are counted as they come, and `limit_bytes`
    (default: the setting RETAINED_UPLOAD_LIMIT) ends the reading. Raises EmptyFileError,
    TooLargeError, FileKindError or NoRoomError; after any error nothing is left behind.
    """
    limit = settings.UPLOAD_LIMIT_BYTES if limit_bytes is None else limit_bytes
    shown = shown_name(name)
    with said_when_full(_no_room(shown), DatabaseError), _incoming() as target:
        written = _write(stream, target, name=shown, limit_bytes=limit)
        file = StoredFile(
            folder=folder,
            original_name=shown,
            content_type=written.kind.content_type,
            size_bytes=written.size_bytes,
            sha256=written.sha256,
            created_at=at,
            created_by_key=by.actor_key,
        )
        try:
            _move_into_place(written.path, path_of(file))
            _keep_row(file, by=by, at=at)
        except BaseException:
            path_of(file).unlink(missing_ok=True)
            raise
    return file


def _no_room(name: str) -> str:
    return (
        f"There is no room left on the disk for “{name}”, and nothing of it was kept. "
        "Ask your administrator to make room, then send it again."
    )


@transaction.atomic
def _keep_row(file: StoredFile, *, by: Actor, at: datetime) -> None:
    file.save(force_insert=True)
    after = {
        "name": Personal(file.original_name),
        "size_bytes": file.size_bytes,
        "sha256": file.sha256,
    }
    record("uploaded", ("file", file.key, ""), by=by, at=at, after=after)


def path_of(file: StoredFile) -> Path:
    """Return where the content lies: for readers that want a path; never show it to people."""
    return Path(settings.MEDIA_ROOT, file.folder, file.key[:2], file.key)


def open_stored(file: StoredFile) -> BufferedReader:
    """Open the content for reading."""
    return path_of(file).open("rb")


def is_unchanged(file: StoredFile) -> bool:
    """Return whether the content is there and still has the hash that it came with."""
    try:
        with open_stored(file) as content:
            return hashlib.file_digest(content, "sha256").hexdigest() == file.sha256
    except FileNotFoundError:
        return False


@transaction.atomic
def discard(file: StoredFile, *, by: Actor, at: datetime, reason: str) -> None:
    """Remove a file; its content goes when the transaction holds."""
    path = path_of(file)
    before = {"sha256": file.sha256, "size_bytes": file.size_bytes}
    record("discarded", ("file", file.key, ""), by=by, at=at, before=before, reason=reason)
    file.delete()
    transaction.on_commit(lambda: path.unlink(missing_ok=True))


def shown_name(name: str) -> str:
    """Return the last part of `name` without what could mislead a reader or a file system.

    Control and direction marks go: a right-to-left mark can make `exe.pdf` of `fdp.exe`.
    """
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    plain = "".join(
        mark for mark in unicodedata.normalize("NFC", last) if unicodedata.category(mark)[0] != "C"
    ).strip(" .")
    if len(plain) <= 200:
        return plain or "file"
    stem, dot, suffix = plain.rpartition(".")
    return f"{stem[: 199 - len(suffix)]}{dot}{suffix}" if len(suffix) < 20 else plain[:200]


@contextmanager
def _incoming() -> Iterator[IO[bytes]]:
    """Give a new file to write into, and remove it unless it was moved into its place."""
    folder = Path(settings.MEDIA_ROOT, INCOMING)
    folder.mkdir(parents=True, exist_ok=True)
    target = tempfile.NamedTemporaryFile(dir=folder, delete=False)  # noqa: SIM115 - closed below
    try:
        yield target
    finally:
        with suppress(OSError):  # what a full disk did not take is thrown away
            target.close()
        Path(target.name).unlink(missing_ok=True)


def _write(stream: Stream, target: IO[bytes], *, name: str, limit_bytes: int) -> _Written:
    """Write all of `stream` to the disk, counted and hashed; stop where the limit is passed."""
    digest, size = hashlib.sha256(), 0
    kind: FileKind | None = None
    while piece := stream.read(_PIECE):
        size += len(piece)
        if size > limit_bytes:
            raise TooLargeError(
                f"“{name}” is larger than {in_words(limit_bytes)}, the most that is taken at once. "
                "Send it in parts, such as one file a month, or ask your administrator to raise "
                "the limit."
            )
        kind = kind or kind_of(name, piece[:FIRST_BYTES])
        digest.update(piece)
        target.write(piece)
    if kind is None:
        raise EmptyFileError(
            f"“{name}” is empty: it has 0 bytes. Export it again and look at it before you send it."
        )
    target.flush()
    os.fsync(target.fileno())
    target.close()  # Windows renames no open file
    return _Written(Path(target.name), size, digest.hexdigest(), kind)


def _move_into_place(source: Path, target: Path) -> None:
    """Rename `source`, and let the disk remember the name too before anybody relies on it."""
    target.parent.mkdir(parents=True, exist_ok=True)
    source.replace(target)
    if os.name == "posix":
        folder = os.open(target.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
