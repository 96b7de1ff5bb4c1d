"""Whether a zip archive may be opened: its members counted before one is inflated.

In   a path
Out  nothing, or Refusal
Why  docs/methods/reading-evidence.md

The directory of an archive can lie about sizes, but Python's zipfile inflates a member only up to
the size that the directory says and then fails on its checksum: the sum checked here is the most
that is ever read.
"""

import zipfile
from pathlib import Path

from retained.evidence.engine.staging.staged import Refusal

MOST_MEMBERS = 5_000
MOST_BYTES = 1_500_000_000
MOST_SHARED_TEXT_BYTES = 300_000_000
_HIGHEST_RATIO = 250
_SMALL_BYTES = 20_000_000  # below this a high ratio does no harm


def check_archive(path: Path, name: str) -> None:
    """Refuse an archive that would grow too large, or that is none."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, OSError, NotImplementedError, ValueError) as error:
        raise Refusal(
            "broken_workbook",
            name,
            "The file is no XLSX workbook: save it as .xlsx (not .xls), or as CSV.",
        ) from error
    size = sum(member.file_size for member in members)
    packed = max(1, sum(member.compress_size for member in members))
    shared = sum(m.file_size for m in members if m.filename.endswith("sharedStrings.xml"))
    too_dense = size > _SMALL_BYTES and size / packed > _HIGHEST_RATIO
    if (
        len(members) > MOST_MEMBERS
        or size > MOST_BYTES
        or shared > MOST_SHARED_TEXT_BYTES
        or too_dense
    ):
        raise Refusal(
            "workbook_too_large",
            name,
            f"Unpacked, the workbook would have {size / 1e6:,.0f} MB from {packed / 1e6:,.1f} MB: "
            "it is not opened. Export the rows as CSV.",
        )
