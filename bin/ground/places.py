"""Where things lie in a checkout, and how the scripts in `bin` speak."""

import hashlib
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parents[2]
REQUIREMENTS = ROOT / "requirements"
VENV = ROOT / ".venv"
VENV_PEERS = ROOT / ".venv-peers"
VENV_POSTGRESQL = ROOT / ".venv-postgresql"
VENV_UV = ROOT / ".venv-uv"

WINDOWS = os.name == "nt"


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file as hex."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def say(sentence: str) -> None:
    """Print one line at once, even into a pipe."""
    print(sentence, flush=True)


def say_over(sentence: str) -> None:
    """Show a passing line that the next one replaces; on a pipe it is left out."""
    if sys.stdout.isatty():
        print(f"\r\033[K  {sentence[:76]}", end="", flush=True)


def end_over() -> None:
    """Clear the passing line."""
    if sys.stdout.isatty():
        print("\r\033[K", end="", flush=True)


class StopError(Exception):
    """The script cannot go on; the message tells a person why and what to do."""


def end_with(main: Callable[[list[str]], int]) -> NoReturn:
    """Run a script and end with its code; a reason stands instead of a traceback."""
    try:
        sys.exit(main(sys.argv[1:]))
    except StopError as reason:
        end_over()
        sys.exit(f"{reason}")
    except KeyboardInterrupt:
        end_over()
        say("Stopped.")
        sys.exit(130)
