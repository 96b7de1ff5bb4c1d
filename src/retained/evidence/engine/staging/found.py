"""Which files are read, by which part of the mapping, and which are left.

In   paths of files and folders, the mapping
Out  the chosen files in an order of their own, and the names that no pattern names
Why  docs/reference/mapping.md
"""

from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from retained.evidence.engine.mapping import Mapping
from retained.evidence.engine.staging.staged import Refusal


@dataclass(frozen=True, slots=True)
class ChosenFile:
    """A file, the name that it is known by, and the part of the mapping that reads it."""

    path: Path
    part: int
    name: str


def part_for(name: str, mapping: Mapping) -> int | None:
    """Return the first part of the mapping whose pattern names the file."""
    for part, file in enumerate(mapping.files):
        if fnmatchcase(name.casefold(), file.pattern.casefold()):
            return part
    return None


def found_files(
    paths: Iterable[Path], mapping: Mapping
) -> tuple[list[ChosenFile], list[str], list[Refusal]]:
    """Return the files to read, the names of those left, and what is wrong with the paths.

    A folder is searched with all that lies below it. The order is that of the names: files that
    are told apart by a date in their name come in the order of their dates.
    """
    chosen: dict[Path, ChosenFile] = {}
    left: list[str] = []
    refusals: list[Refusal] = []
    for path in paths:
        if not path.exists():
            refusals.append(Refusal("not_there", str(path), "There is no such file or folder."))
            continue
        inside = sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]
        for file in inside:
            part = part_for(file.name, mapping)
            if part is None:
                left.append(str(file.relative_to(path)) if path.is_dir() else file.name)
            else:
                chosen[file.resolve()] = ChosenFile(file.resolve(), part, file.name)
    return sorted(chosen.values(), key=lambda file: (file.name, str(file.path))), left, refusals
