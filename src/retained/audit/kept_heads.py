"""Heads kept outside the database: a file that is only ever added to, one line of JSON a head.

Whoever owns the database can cut its record or write it anew, and no look at the database alone
tells. A head that was written elsewhere before does. The file may lie on another disk, or on one
that lets nobody change what was written; nothing here ever opens it but to read or to add.
"""

import json
import os
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from retained.audit.links import Head, canonical_json, moment_text
from retained.shared.days import day_in_words
from retained.shared.errors import DomainError


@dataclass(frozen=True, slots=True)
class KeptHead:
    """The head that the record had at a moment."""

    head: Head
    at: datetime


@dataclass(frozen=True, slots=True)
class KeptHeads:
    """What a file of heads holds, oldest first; `unreadable` are the numbers of broken lines."""

    heads: tuple[KeptHead, ...] = ()
    unreadable: tuple[int, ...] = ()


def keep(path: Path, head: Head, *, at: datetime) -> None:
    """Add `head` to the file, down to the disk. Raises OSError where that is not possible.

    The folder is never made: a disk that is not mounted must be noticed, not written beside.
    A line that a power cut left unfinished stays as it is, and the new one begins after it.
    """
    line = canonical_json({"at": moment_text(at), "hash": head.hash, "number": head.number})
    with path.open("ab") as file:
        file.write(_missing_end(path) + line.encode() + b"\n")
        file.flush()
        os.fsync(file.fileno())


def kept_heads(path: Path) -> KeptHeads:
    """Return the heads in the file; a file that is not there holds none."""
    try:
        lines = path.read_bytes().splitlines()
    except FileNotFoundError:
        return KeptHeads()
    read = {number: _read(line) for number, line in enumerate(lines, start=1)}
    return KeptHeads(
        heads=tuple(kept for kept in read.values() if kept),
        unreadable=tuple(number for number, kept in read.items() if not kept),
    )


def in_words(moment: datetime) -> str:
    """Return a moment in UTC as sentences have it."""
    return f"{day_in_words(moment)}, {moment:%H:%M} UTC"


def _missing_end(path: Path) -> bytes:
    """Return the end of line that the file's last line lacks."""
    with path.open("rb") as file:
        if file.seek(0, os.SEEK_END) == 0:
            return b""
        file.seek(-1, os.SEEK_END)
        return b"" if file.read(1) == b"\n" else b"\n"


def _read(line: bytes) -> KeptHead | None:
    """Return the head of a line, or None where it is none."""
    try:
        content = json.loads(line)
        head = Head.parse(f"{content['number']}:{content['hash']}")
        return KeptHead(head, datetime.fromisoformat(content["at"]).astimezone(UTC))
    except (ValueError, KeyError, TypeError, DomainError):
        return None
