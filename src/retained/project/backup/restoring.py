"""Proving an archive whole, and making an installation out of it again.

Both unpack it beside their target, hash every file, and let a new process look at what came out as
an installation of its own: its record must hold the archive's head, its files their hashes. Only
then is it moved into place.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from pydantic import ValidationError

from retained.project.backup import manifest
from retained.project.backup.manifest import Manifest
from retained.shared.errors import DomainError


class DamagedError(DomainError):
    """The archive is not as it was made."""


@dataclass(frozen=True, slots=True)
class Proved:
    """An archive that was found whole."""

    manifest: Manifest
    findings: Sequence[str]


def verify(path: Path) -> Proved:
    """Prove that the archive is whole by restoring it into a folder that vanishes."""
    with tempfile.TemporaryDirectory(prefix="retained-verify-") as folder:
        found = unpack(path, Path(folder))
        return Proved(found, _bring_to_life(Path(folder), found, database_url=""))


def restore(path: Path, folder: Path, *, database_url: str = "") -> Proved:
    """Make an installation in `folder` (new or empty) from the archive, all or nothing.

    With `database_url` the records go into that empty PostgreSQL database, else into SQLite.
    """
    if folder.exists() and any(folder.iterdir()):
        raise DomainError(f"{folder} is not empty. Name a new folder; nothing is ever replaced.")
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".restoring-") as aside:
        draft = Path(aside, "data")
        draft.mkdir(mode=0o700)
        found = unpack(path, draft)
        findings = _bring_to_life(draft, found, database_url=database_url)
        if folder.exists():
            folder.rmdir()
        draft.rename(folder)
    return Proved(found, findings)


def unpack(path: Path, folder: Path) -> Manifest:
    """Unpack the archive into `folder`; raises DamagedError unless each file is as it was made."""
    try:
        with zipfile.ZipFile(path) as archive:
            found = _read_manifest(archive)
            names = [name for name in archive.namelist() if name != manifest.NAME]
            wanted = {member.name: member for member in found.members}
            if sorted(names) != sorted(wanted):
                odd = ", ".join(sorted(set(names) ^ set(wanted))[:5]) or "a name twice"
                raise DamagedError(f"{path.name} does not hold the files that it lists: {odd}.")
            for name, member in wanted.items():
                if _unpack_one(archive, name, folder) != member:
                    raise DamagedError(f"{name} in {path.name} is not as it was when it was made.")
    except FileNotFoundError as reason:
        raise DomainError(f"{path} is not there.") from reason
    except (zipfile.BadZipFile, zipfile.LargeZipFile, EOFError, ValueError) as reason:
        raise DamagedError(f"{path.name} is damaged and cannot be read: {reason}.") from reason
    return found


def _read_manifest(archive: zipfile.ZipFile) -> Manifest:
    """Return what the archive says about itself."""
    try:
        found = Manifest.model_validate_json(archive.read(manifest.NAME))
    except (KeyError, ValidationError) as reason:
        raise DamagedError(
            "This is no backup of Retained: it has no list of its files."
        ) from reason
    if found.format != manifest.FORMAT:
        raise DomainError(
            f"This backup has the form {found.format}: restore it by a newer Retained."
        )
    return found


def _unpack_one(archive: zipfile.ZipFile, name: str, folder: Path) -> manifest.Member:
    """Write one member below `folder`, never anywhere else."""
    inside = PurePosixPath(name)
    if inside.is_absolute() or ".." in inside.parts or "\\" in name or ":" in name:
        raise DamagedError(f"{name!r} is no name that a backup would hold.")
    target = folder / inside
    target.parent.mkdir(parents=True, exist_ok=True)
    with archive.open(name) as source, target.open("xb") as written:
        return manifest.copied(source, written, name)


def _bring_to_life(folder: Path, found: Manifest, *, database_url: str) -> list[str]:
    """Put records where an installation has them and let a new process prove them.

    Records of SQLite that are to go into PostgreSQL are proved where they are, written out as
    rows by this version, loaded, and proved once more.
    """
    arguments, rows, steps = ["backup", "prove", "--head", found.head], folder / "rows", found.steps
    if (folder / manifest.SQLITE).exists():
        (folder / manifest.SQLITE).rename(folder / "retained.sqlite3")
        if not database_url:
            return _call(folder, "", arguments)
        _call(folder, "", [*arguments, "--write-rows", str(rows)])
        steps = []  # those of this version
        for path in folder.glob("retained.sqlite3*"):
            path.unlink()
    findings = _call(folder, database_url, [*arguments, "--rows", str(rows)], steps)
    shutil.rmtree(rows)
    return findings


def _call(
    folder: Path, database_url: str, arguments: Sequence[str], steps: Sequence[str] = ()
) -> list[str]:
    """Call `retained` in the installation in `folder`; raises DamagedError if it refuses."""
    environment = {
        **os.environ,
        "RETAINED_DATA_DIR": str(folder),
        "RETAINED_DATABASE_URL": database_url,
        "RETAINED_PLAIN_STATIC": "yes",
        "DJANGO_SETTINGS_MODULE": "retained.project.settings",
    }
    command = [sys.executable, "-m", "retained.project.command_line", *arguments]
    ended = subprocess.run(  # noqa: S603 - our own program
        command,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        input="\n".join(steps),
    )
    if ended.returncode:
        said = (ended.stderr or ended.stdout).strip().removeprefix("Error: ")
        raise DamagedError(said[-2000:])
    return ended.stdout.strip().splitlines()
