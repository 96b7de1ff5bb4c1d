"""The locks: each package with version and hashes, and no address or path of any machine."""

import os
import shutil
import subprocess
import venv
from pathlib import Path

from ground.environment import pip_command, scripts
from ground.places import ROOT, VENV_UV, WINDOWS, StopError, say

COMPILE = [
    "pip", "compile", "--universal", "--generate-hashes", "--quiet", "--no-header", "--no-annotate",
    "--no-emit-index-url", "--no-emit-find-links", "--python-version", "3.11",
]  # fmt: skip

# What each lock is made from. The second and third hold the project's own packages too, at the
# versions of the first; the last is a server and nothing else.
LIKE_RUN = ["--constraint", "requirements/run.lock"]
SOURCES = {
    "run": ["pyproject.toml"],
    "test": ["pyproject.toml", "--group", "dev", *LIKE_RUN],
    "peers": ["pyproject.toml", "--group", "peers", *LIKE_RUN],
    "postgresql": ["--group", "pyproject.toml:postgresql"],
}


def main(arguments: list[str]) -> int:
    """Write all locks; `--upgrade` is handed on."""
    uv = find_uv()
    for name, sources in SOURCES.items():
        lock = str(Path("requirements", f"{name}.lock"))
        command = [uv, *COMPILE, *sources, *arguments, "--output-file", lock]
        if subprocess.run(command, cwd=ROOT, check=False).returncode:
            raise StopError(f"uv could not write {lock}.")
        say(f"{lock} is written.")
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
