"""One pass over a file's bytes: its hash, and what decides how it can be read.

In   a path
Out  FileBytes
Why  docs/methods/reading-evidence.md
"""

import codecs
import hashlib
from dataclasses import dataclass
from pathlib import Path

_CHUNK_BYTES = 1 << 20
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


@dataclass(frozen=True, slots=True)
class FileBytes:
    """What the bytes of a file show; `text_lines` counts a last line without its end."""

    sha256: str
    size_bytes: int
    text_lines: int
    has_nul: bool
    mark: str | None  # the encoding that a byte order mark names


def read_bytes(path: Path) -> FileBytes:
    """Return what the bytes of `path` show, reading them once in bounded memory."""
    digest = hashlib.sha256()
    size = line_ends = 0
    has_nul, head, last = False, b"", b"\n"
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK_BYTES):
            head = head or chunk[:4]
            digest.update(chunk)
            size += len(chunk)
            line_ends += chunk.count(b"\n")
            has_nul = has_nul or b"\0" in chunk
            last = chunk[-1:]
    mark = next((encoding for mark, encoding in _MARKS if head.startswith(mark)), None)
    text_lines = line_ends + (0 if last == b"\n" else 1)
    return FileBytes(digest.hexdigest(), size, text_lines, has_nul, mark)


def has_blank_line(path: Path) -> bool:
    """Return whether an empty line stands before the end of the file."""
    tail = b""
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK_BYTES):
            seam = tail + chunk
            if b"\n\n" in seam or b"\n\r" in seam:
                return True
            tail = seam[-1:]
    return False
