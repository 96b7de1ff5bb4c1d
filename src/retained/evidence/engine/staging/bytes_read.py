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
    """What the bytes of a file show."""

    sha256: str
    size_bytes: int
    line_ends: int
    has_quote: bool
    has_nul: bool
    has_blank_line: bool  # between two lines of text
    ends_in_line_end: bool
    is_utf8: bool
    mark: str | None  # the encoding that a byte order mark names


def read_bytes(path: Path, *, quote: str = '"') -> FileBytes:
    """Return what the bytes of `path` show, reading them once in bounded memory."""
    digest = hashlib.sha256()
    decoder = codecs.getincrementaldecoder("utf-8")()
    size = line_ends = 0
    has_quote = has_nul = has_blank = False
    is_utf8, head, tail = True, b"", b"\n"
    quote_bytes = quote.encode()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK_BYTES):
            head = head or chunk[:4]
            digest.update(chunk)
            size += len(chunk)
            line_ends += chunk.count(b"\n")
            has_quote = has_quote or quote_bytes in chunk
            has_nul = has_nul or b"\0" in chunk
            seam = tail[-2:] + chunk
            has_blank = has_blank or b"\n\n" in seam or b"\n\r" in seam
            is_utf8 = is_utf8 and _decodes(decoder, chunk)
            tail = seam[-2:]
    is_utf8 = is_utf8 and _decodes(decoder, b"", final=True)
    mark = next((encoding for mark, encoding in _MARKS if head.startswith(mark)), None)
    ends = tail.endswith(b"\n") if size else False
    return FileBytes(
        digest.hexdigest(), size, line_ends, has_quote, has_nul, has_blank, ends, is_utf8, mark
    )


def _decodes(decoder: codecs.IncrementalDecoder, chunk: bytes, *, final: bool = False) -> bool:
    try:
        decoder.decode(chunk, final)
    except UnicodeDecodeError:
        return False
    return True
