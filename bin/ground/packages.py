"""Debian's packages, for what no wheel brings: only as root, and said aloud."""

import os
import shutil
import subprocess

from ground.places import StopError, say


def is_root() -> bool:
    """Return whether this process may install packages of the system."""
    return hasattr(os, "geteuid") and os.geteuid() == 0


def install(*names: str) -> None:
    """Install packages by apt; raises StopError with the way on when that is not possible."""
    wanted = " ".join(names)
    if shutil.which("apt-get") is None or not is_root():
        raise StopError(f"Install {wanted} by your system's package manager, then start again.")
    say(f"Installing Debian's {wanted}.")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (
        ["apt-get", "update", "-qq"],
        ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *names],
    ):
        ended = subprocess.run(
            command, env=environment, check=False, capture_output=True, text=True
        )
        if ended.returncode:
            raise StopError(f"{' '.join(command)} failed:\n{(ended.stdout + ended.stderr)[-1500:]}")
