"""A real Chromium for the browser journeys: the one named, one installed, or Debian's."""

import os
import shutil
import subprocess
from pathlib import Path

from ground import packages
from ground.places import StopError, say

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
DRIVER_NEEDS = "libatomic1"  # Playwright's node is linked with it, and a bare Debian has none
ASK_PLAYWRIGHT = (
    "from playwright.sync_api import sync_playwright as play\n"
    "with play() as started: print(started.chromium.executable_path)"
)


def find_or_install(python: Path) -> str:
    """Return the path of a Chromium that starts, installing one if need be."""
    if not _driver_starts(python):
        packages.install(DRIVER_NEEDS)
    found = os.environ.get("RETAINED_CHROMIUM") or installed()
    if found:
        return found
    if packages.is_root() and shutil.which("apt-get"):
        packages.install("chromium")
        found = installed()
    return found or _fetched_by_playwright(python)


def installed() -> str | None:
    """Return a Chromium on the PATH that starts (Ubuntu's is a stub where there is no snap)."""
    for path in filter(None, map(shutil.which, NAMES)):
        if subprocess.run([path, "--version"], check=False, capture_output=True).returncode == 0:
            return path
    return None


def _driver_starts(python: Path) -> bool:
    """Return whether the program by which Playwright leads a browser starts on this system."""
    asked = [str(python), "-m", "playwright", "--version"]
    return subprocess.run(asked, check=False, capture_output=True).returncode == 0


def _fetched_by_playwright(python: Path) -> str:
    """Let Playwright fetch its own build, where the system has none to install."""
    say("No Chromium of the system: Playwright fetches its own.")
    fetch = [str(python), "-m", "playwright", "install", "chromium"]
    if subprocess.run(fetch, check=False).returncode:
        raise StopError("No Chromium: install one, or name one by RETAINED_CHROMIUM.")
    ask = [str(python), "-c", ASK_PLAYWRIGHT]
    return subprocess.run(ask, check=True, capture_output=True, text=True).stdout.strip()
