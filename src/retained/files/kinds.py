"""Kinds of files that may come in: an allow-list by name, held against the first bytes."""

from dataclasses import dataclass
from pathlib import PurePosixPath

from retained.shared.errors import DomainError

# What the first bytes of a file are enough for.
FIRST_BYTES = 4096

_ZIP = (b"PK\x03\x04",)
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


class FileKindError(DomainError):
    """A file of this kind is not taken, or is not what its name says."""


@dataclass(frozen=True, slots=True)
class FileKind:
    """A kind of file: how its name ends, how it is sent out, how it begins."""

    suffix: str
    content_type: str
    beginnings: tuple[bytes, ...] = ()  # none: text in any encoding

    def begins(self, first: bytes) -> bool:
        """Return whether `first` can be the beginning of such a file."""
        if self.beginnings:
            return first.startswith(self.beginnings)
        return first.startswith(_UTF16) or b"\x00" not in first


KINDS = {
    kind.suffix: kind
    for kind in (
        FileKind(".csv", "text/csv"),
        FileKind(".tsv", "text/tab-separated-values"),
        FileKind(".txt", "text/plain"),
        FileKind(".json", "application/json"),
        FileKind(".jsonl", "application/x-ndjson"),
        FileKind(".ndjson", "application/x-ndjson"),
        FileKind(".yaml", "application/yaml"),
        FileKind(".yml", "application/yaml"),
        FileKind(".eml", "message/rfc822"),
        FileKind(".gz", "application/gzip", (b"\x1f\x8b",)),
        FileKind(".parquet", "application/vnd.apache.parquet", (b"PAR1",)),
        FileKind(".pdf", "application/pdf", (b"%PDF-",)),
        FileKind(".zip", "application/zip", _ZIP),
        FileKind(
            ".xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", _ZIP
        ),
        FileKind(
            ".docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", _ZIP
        ),
        FileKind(".msg", "application/vnd.ms-outlook", (b"\xd0\xcf\x11\xe0",)),
        FileKind(".png", "image/png", (b"\x89PNG\r\n",)),
        FileKind(".jpg", "image/jpeg", (b"\xff\xd8\xff",)),
    )
}


def kind_of(name: str, first: bytes) -> FileKind:
    """Return the kind of the file `name` that begins with `first`, or raise FileKindError."""
    suffix = PurePosixPath(name).suffix.lower()
    kind = KINDS.get(suffix)
    if kind is None:
        known = ", ".join(sorted(known.lstrip(".") for known in KINDS))
        raise FileKindError(
            f"“{name}” cannot be taken: its name must end in one of {known}. "
            "Save it as one of these and send it again."
        )
    if not kind.begins(first):
        raise FileKindError(
            f"“{name}” is not what its name says: its content does not begin like a {suffix} file. "
            "Save it again from the program that made it."
        )
    return kind
