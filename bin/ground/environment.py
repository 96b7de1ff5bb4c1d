"""A private virtual environment, made with nothing but the standard library.

Debian's `python3` has no `ensurepip` (it is in `python3-venv`), so the environment is made without
pip, and a vendored pip wheel, checked against the hash below, is run from its own file. Each
package comes as a wheel from a lock with hashes; which index it comes from is pip's own business
(its configuration, `PIP_*`, `HTTPS_PROXY`).
"""

import json
import os
import shlex
import shutil
import subprocess
import sys
import time
import venv
from collections.abc import Iterable
from pathlib import Path

from ground.one_at_a_time import only_one
from ground.places import ROOT, WINDOWS, StopError, end_over, say, say_over, sha256

PIP_WHEEL = ROOT / "bin" / "vendor" / "pip-26.3-py3-none-any.whl"
PIP_SHA256 = "f3b60b20ffaadd4415ed7957212a38ac63fa4c5fa375bd0f4a797777940fad13"

PIP_OPTIONS = [
    "--require-hashes", "--only-binary", ":all:", "--no-deps", "--no-user", "--no-input",
    "--no-compile", "--no-warn-script-location", "--disable-pip-version-check",
    "--progress-bar", "off",
]  # fmt: skip
PIP_FAILED = (
    "\nThe packages could not be installed; pip's last lines stand above. "
    "Behind a proxy set HTTPS_PROXY; for an index of your own set PIP_INDEX_URL "
    "or pip's configuration; then start again: what was fetched is kept."
)
PROGRAM = "retained.project.command_line"

STAMP = "retained.json"  # which locks the environment holds, by hash
UNFINISHED = "unfinished"  # there while packages are being put in: found at a start, it was killed


def scripts(folder: Path) -> Path:
    """Return where an environment keeps its programs."""
    return folder / ("Scripts" if WINDOWS else "bin")


def python(folder: Path) -> Path:
    """Return the Python of an environment."""
    return scripts(folder) / ("python.exe" if WINDOWS else "python")


def ensure(folder: Path, lock: Path) -> Path:
    """Return the Python of `folder`, with all of `lock` and the project importable.

    Costs a few milliseconds when nothing changed since the last time.
    """
    with only_one(folder.with_name(f"{folder.name}.lock")):
        if (folder / UNFINISHED).exists():
            say(f"The last set-up of {folder.name} was cut off: it is made anew.")
            shutil.rmtree(folder)
        elif _stamp(folder).get("python", _python_line()) != _python_line():
            say(f"Python changed since {folder.name} was made: it is made anew.")
            shutil.rmtree(folder)
        if _stamp(folder).get(lock.name) != sha256(lock) or not python(folder).exists():
            _install(folder, lock)
    return python(folder)


def _python_line() -> str:
    """Return the line of Python (3.11) that the environment's folders are named after."""
    return f"{sys.version_info[0]}.{sys.version_info[1]}"


def _stamp(folder: Path) -> dict[str, str]:
    """Return what the environment says it holds: lock name to hash."""
    try:
        stamp: dict[str, str] = json.loads((folder / STAMP).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return stamp


def _install(folder: Path, lock: Path) -> None:
    """Make the environment if it is missing, and put the packages of `lock` into it."""
    started = time.monotonic()
    if not python(folder).exists():
        say(f"Making a private Python environment in {folder.name} (Python {_python_line()}).")
        venv.create(folder, with_pip=False, symlinks=not WINDOWS, clear=folder.exists())
    (folder / UNFINISHED).touch()
    _pip_install(folder, lock)
    _compile(folder)
    _make_project_importable(folder)
    stamp = _stamp(folder) | {"python": _python_line(), lock.name: sha256(lock)}
    (folder / STAMP).write_text(json.dumps(stamp, indent=1), encoding="utf-8")
    (folder / UNFINISHED).unlink()
    say(f"Packages of {lock.name} are in place ({time.monotonic() - started:.0f} s).")


def pip_command(folder: Path) -> list[str]:
    """Return how to call the vendored pip for an environment, after checking its hash."""
    if not PIP_WHEEL.exists() or sha256(PIP_WHEEL) != PIP_SHA256:
        raise StopError(
            f"{PIP_WHEEL.name} is not there, or not as we ship it. Fetch the project anew."
        )
    return [str(python(folder)), "-I", str(PIP_WHEEL / "pip")]


def _pip_install(folder: Path, lock: Path) -> None:
    """Run pip over `lock`, showing which package it is at; on failure show what it said."""
    wanted = sum("==" in line for line in lock.read_text(encoding="utf-8").splitlines())
    say(f"Installing up to {wanted} packages, each checked against its hash.")
    command = [*pip_command(folder), "install", *PIP_OPTIONS, "-r", str(lock)]
    said: list[str] = []
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdout=pipe, stderr=subprocess.STDOUT, text=True) as pip:
        for line in pip.stdout or []:
            said.append(line)
            _show_progress(said, wanted)
    end_over()
    if pip.returncode:
        raise StopError("".join(said[-15:]) + PIP_FAILED)


def _compile(folder: Path) -> None:
    """Compile the packages on all cores (pip would use one); a start that must do it is slow."""
    say_over("compiling")
    skip = r"[/\\]tests?[/\\]"
    command = [str(python(folder)), "-m", "compileall", "-qq", "-j", "0", "-x", skip]
    subprocess.run([*command, *map(str, _site_packages(folder))], check=False)
    end_over()


def _show_progress(said: list[str], wanted: int) -> None:
    """Show one passing line for what pip is doing, and a lasting one every tenth package."""
    if said[-1].startswith("Collecting "):
        number = sum(line.startswith("Collecting ") for line in said)
        name = said[-1].split()[1].split("=")[0]
        say_over(f"{number} of {wanted}: {name}")
        if number % 10 == 0 and not sys.stdout.isatty():
            say(f"  {number} of {wanted} packages fetched")
    elif said[-1].startswith("Installing collected"):
        say_over("putting them in place")


def _make_project_importable(folder: Path) -> None:
    """Let the environment see `src` and offer the command `retained`; nothing is built."""
    for site in _site_packages(folder):
        (site / "retained-checkout.pth").write_text(f"{ROOT / 'src'}\n", encoding="utf-8")
    if WINDOWS:
        launcher = scripts(folder) / "retained.cmd"
        text = f'@"{python(folder)}" -m {PROGRAM} %*\r\n'
    else:
        launcher = scripts(folder) / "retained"
        text = f'#!/bin/sh\nexec {shlex.quote(str(python(folder)))} -m {PROGRAM} "$@"\n'
    launcher.write_text(text, encoding="utf-8")
    launcher.chmod(0o755)


def _site_packages(folder: Path) -> Iterable[Path]:
    """Return where the environment's packages lie."""
    if WINDOWS:
        return [folder / "Lib" / "site-packages"]
    return sorted(folder.glob("lib/python3.*/site-packages"))


def become(command: list[str], environment: dict[str, str]) -> int:
    """Turn this process into `command`, so that signals and exit codes are its own.

    Windows cannot: there it is a child that is waited for.
    """
    if not WINDOWS:
        os.execve(command[0], command, environment)  # noqa: S606 - our own Python
    try:
        return subprocess.run(command, env=environment, check=False).returncode
    except KeyboardInterrupt:
        return 0  # the child had the same Ctrl-C and has ended by itself
