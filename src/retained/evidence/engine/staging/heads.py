"""The beginning of a file, for guesses and previews that must come at once.

In   a file
Out  the file, or whole lines of its beginning
Why  docs/guide/evidence.md
"""

from pathlib import Path

from retained.evidence.engine.mapping import Format
from retained.evidence.engine.staging.stage import format_of

_HEAD_BYTES = 4_000_000


def head_of(path: Path, name: str, folder: Path) -> Path:
    """Return the file, or whole lines of its beginning if it is long text."""
    if format_of(name) not in {Format.CSV, Format.JSON_LINES}:
        return path
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES)
        if not file.read(1):
            return path
    short = folder / "head"
    short.write_bytes(head[: head.rfind(b"\n") + 1] or head)
    return short
