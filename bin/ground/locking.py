"""The locks: each package with version and hashes, and no address or path of any machine."""

import os
import shutil
import subprocess
import venv
from pathlib import Path

from ground.environment import pip_command, scripts
from ground.places import REQUIREMENTS, ROOT, VENV_UV, WINDOWS, StopError, say

# The later locks hold the project's own packages too, at the versions of the first.
GROUPS = {"run": None, "test": "dev", "peers": "peers"}


def main(arguments: list[str]) -> int:
    """Write all locks; `--upgrade` is handed on."""
    uv = find_uv()
    for name, group in GROUPS.items():
        write_lock(uv, name, group, arguments)
        say(f"requirements/{name}.lock is written.")
    return 0


def find_uv() -> str:
    """Return a `uv` to call: one named by UV, one on the PATH, or one of our own."""
    given = os.environ.get("UV") or shutil.which("uv")
    if given:
        return given
    ours = scripts(VENV_UV) / ("uv.exe" if WINDOWS else "uv")
    if not ours.exists():
        say(f"uv is not on the PATH: it is put into {VENV_UV.name}.")
        venv.create(VENV_UV, with_pip=False, symlinks=not WINDOWS, clear=VENV_UV.exists())
        subprocess.run(
            [*pip_command(VENV_UV), "install", "--quiet", "--only-binary", ":all:", "uv>=0.9"],
            check=True,
        )
    return str(ours)


def write_lock(uv: str, name: str, group: str | None, further: list[str]) -> None:
    """Write one lock for every system and every Python from 3.11."""
    command = [
        uv, "pip", "compile", "pyproject.toml", "--universal", "--generate-hashes", "--quiet",
        "--no-header", "--no-annotate", "--no-emit-index-url", "--no-emit-find-links",
        "--python-version", "3.11",
        *further, "--output-file", str(Path("requirements") / f"{name}.lock"),
    ]  # fmt: skip
    if group:
        command += ["--group", group, "--constraint", str(REQUIREMENTS / "run.lock")]
    if subprocess.run(command, cwd=ROOT, check=False).returncode:
        raise StopError(f"uv could not write {name}.lock.")
