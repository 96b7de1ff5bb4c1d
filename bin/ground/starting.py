"""`bin/run`: the environment in place, then `retained serve` in it."""

import argparse
import os
from pathlib import Path

from ground.environment import become, ensure
from ground.places import REQUIREMENTS, ROOT, VENV

EXAMPLES = """\
examples:
  bin/run                       the demonstration, at http://localhost:8000
  bin/run --empty               an empty installation, for real work
  bin/run --port 8080 --data-dir /srv/retained
"""


def main(arguments: list[str]) -> int:
    """Set up what is missing and serve."""
    asked = _parser().parse_args(arguments)
    python = ensure(VENV, REQUIREMENTS / "run.lock")
    command = [str(python), "-m", "retained.project.command_line", "serve"]
    command += ["--port", str(asked.port)] + ["--empty"] * asked.empty
    return become(command, _environment(asked.data_dir))


def command_line(arguments: list[str]) -> int:
    """Call `retained` with the arguments as they are."""
    python = ensure(VENV, REQUIREMENTS / "run.lock")
    command = [str(python), "-m", "retained.project.command_line", *arguments]
    return become(command, _environment(None))


def _parser() -> argparse.ArgumentParser:
    """Return the options of `bin/run`."""
    parser = argparse.ArgumentParser(
        prog="bin/run",
        description="Set Retained up on the first start, then serve it on this machine.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--empty", action="store_true", help="start without the demonstration")
    parser.add_argument("--port", type=int, default=8000, help="the port to serve on (8000)")
    parser.add_argument("--data-dir", type=Path, help="where records and files are kept (./data)")
    return parser


def _environment(data_dir: Path | None) -> dict[str, str]:
    """Return the environment to start in: the data folder is the checkout's own unless named."""
    environment = dict(os.environ)
    if data_dir is not None:
        environment["RETAINED_DATA_DIR"] = str(data_dir.resolve())
    environment.setdefault("RETAINED_DATA_DIR", str(ROOT / "data"))
    environment.setdefault("PYTHONUTF8", "1")  # a Windows console would break on some characters
    return environment
