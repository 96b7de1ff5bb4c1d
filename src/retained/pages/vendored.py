"""The front end's vendored files: where they are, and the check that they are what they were.

`bin/vendor-front` writes `vendor.json`; `python -m retained.pages.vendored` compares.
"""

import hashlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path

VENDOR_FOLDER = Path(__file__).resolve().parents[1] / "project" / "static" / "vendor"


def differences(folder: Path = VENDOR_FOLDER) -> list[str]:
    """Return one sentence for each file that is missing, changed, unnamed or without a licence."""
    return [*_wrong_files(folder), *_unnamed_files(folder), *_missing_licences(folder)]


def _entries(folder: Path) -> list[dict[str, str]]:
    """Return what vendor.json says, one entry a file."""
    entries: list[dict[str, str]] = json.loads((folder / "vendor.json").read_text("utf-8"))
    return entries


def _wrong_files(folder: Path) -> Iterator[str]:
    for entry in _entries(folder):
        path = folder / entry["file"]
        if not path.is_file():
            yield f"{entry['file']} is named in vendor.json but is not there."
        elif hashlib.sha256(path.read_bytes()).hexdigest() != entry["sha256"]:
            yield f"{entry['file']} is not the file of {entry['package']} {entry['version']}."


def _unnamed_files(folder: Path) -> Iterator[str]:
    named = {entry["file"] for entry in _entries(folder)}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        is_ours = name == "vendor.json" or name.startswith("LICENSES/")
        if path.is_file() and not is_ours and name not in named:
            yield f"{name} is not named in vendor.json: add it to bin/vendor-front."


def _missing_licences(folder: Path) -> Iterator[str]:
    for package in sorted({entry["package"] for entry in _entries(folder)}):
        name = package.strip("@").replace("/", "-") + ".txt"
        if not (folder / "LICENSES" / name).is_file():
            yield f"{package} has no licence text: LICENSES/{name} is missing."


def main() -> int:
    """Print every difference; return 1 when there is one."""
    found = differences()
    for sentence in found:
        sys.stdout.write(f"{sentence}\n")
    if not found:
        sys.stdout.write(f"{len(_entries(VENDOR_FOLDER))} vendored files are as they came.\n")
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main())
