"""Evidence by a list of its batches: each file with the mapping that read it, in their order.

An auditor's pack holds such a list: files of several sources, and of several versions of a mapping,
are measured together, as they were.
"""

import csv
import hashlib
from collections.abc import Mapping as Rows
from pathlib import Path

from retained.evidence.engine.mapping import Mapping
from retained.evidence.engine.reading import Evidence, read_batches
from retained.evidence.engine.staging.found import ChosenFile, part_for
from retained.project.command_line.texts import mapping_at, text_at
from retained.shared.errors import DomainError

COLUMNS = ("source", "number", "file", "mapping", "sha256")


def read_batch_list(path: Path) -> dict[str, Evidence]:
    """Return the evidence of each source that the list at `path` names.

    Its paths start from its own folder. A file whose SHA-256 is not the one listed is refused.
    """
    rows = csv.DictReader(text_at(path).splitlines())
    missing = set(COLUMNS) - set(rows.fieldnames or ())
    if missing:
        raise DomainError(f"{path.name} lacks the column {', '.join(sorted(missing))}.")
    by_source: dict[str, list[tuple[ChosenFile, Mapping]]] = {}
    for row in rows:
        mapping = mapping_at(path.parent / row["mapping"])
        by_source.setdefault(mapping.source, []).append((_chosen(path, row, mapping), mapping))
    if not by_source:
        raise DomainError(f"{path.name} lists no file: write one batch a line.")
    return {source: read_batches(chosen) for source, chosen in by_source.items()}


def _chosen(path: Path, row: Rows[str, str], mapping: Mapping) -> ChosenFile:
    file = path.parent / row["file"]
    if not file.is_file():
        raise DomainError(f"{row['file']} is not there, and {path.name} names it.")
    with file.open("rb") as content:
        found = hashlib.file_digest(content, "sha256").hexdigest()
    if found != row["sha256"]:
        raise DomainError(
            f"{row['file']} is not the file that {path.name} names: its SHA-256 is {found}."
        )
    part = part_for(file.name, mapping)
    if part is None:
        raise DomainError(f"No pattern of {row['mapping']} names {file.name}.")
    return ChosenFile(file.resolve(), part, file.name)
