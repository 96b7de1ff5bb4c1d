"""What an archive says about itself: where it comes from, each file's hash, the record's head.

An archive is a zip file:

    manifest.json        this
    database.sqlite3     the records of an installation on SQLite, by SQLite's own online backup
    rows/TABLE.jsonl     the records of an installation on PostgreSQL, one row a line
    files/...            uploads
    evidence/...         raw rows and the files that they came from
    kept-heads.jsonl     heads of the record that were kept outside the database
    demonstration        there if the demonstration runs
"""

import hashlib
from typing import IO

from pydantic import BaseModel, ConfigDict

NAME = "manifest.json"
SQLITE = "database.sqlite3"
ROWS = "rows/"
KEPT_HEADS = "kept-heads.jsonl"
FORMAT = "retained/backup/1"
PIECE = 1 << 20


class Member(BaseModel):
    """One file of the archive."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    size_bytes: int
    sha256: str


class Manifest(BaseModel):
    """The whole archive."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: str
    made_at: str
    head: str  # of the record: number:hash
    steps: list[str]  # of the tables' form that were applied: app.name
    members: list[Member]

    @property
    def size_bytes(self) -> int:
        """What the members hold together."""
        return sum(member.size_bytes for member in self.members)


def copied(source: IO[bytes], target: IO[bytes] | None, name: str) -> Member:
    """Copy a file (or only read it) and return what it was, by size and hash."""
    digest, size = hashlib.sha256(), 0
    while piece := source.read(PIECE):
        digest.update(piece)
        size += len(piece)
        if target is not None:
            target.write(piece)
    return Member(name=name, size_bytes=size, sha256=digest.hexdigest())
