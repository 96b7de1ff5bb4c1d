"""The first start, from an empty folder to the first page, step by step.

Starts `retained serve` on an empty data folder and asks for the sign-in page until it comes. With
`--environment` the private environment is made as well, in a folder that vanishes; its packages
are fetched once before, so that the download is in pip's own store and not in the figure. The
promise: under 60 seconds beyond the download.

    python benchmarks/first_start.py [--environment] [--empty]
"""

import argparse
import os
import resource
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PROMISE_SECONDS = 60.0


def processor_seconds() -> float:
    """Return what ended children took of a processor."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def make_environment(folder: Path) -> tuple[Path, float]:
    """Make the environment twice, the first time to fetch; return its Python and the seconds."""
    sys.path.insert(0, str(ROOT / "bin"))
    from ground.environment import ensure, python  # noqa: PLC0415 - the script's own folder

    lock = ROOT / "requirements" / "run.lock"
    ensure(folder / "fetched", lock)
    started = time.monotonic()
    ensure(folder / "measured", lock)
    return python(folder / "measured"), time.monotonic() - started


def steps(
    command: list[str], environment: dict[str, str], port: int
) -> Iterator[tuple[str, float]]:
    """Start the server; yield each sentence that it says with the seconds until the next one."""
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as server:
        began, step = time.monotonic(), "starting"
        for line in server.stdout or ():
            now = time.monotonic()
            if line.strip() and not line.startswith("  http"):
                yield step, now - began
                began, step = now, line.strip()
            if line.startswith("Retained is at"):
                break
        first_page(port)
        yield "first page", time.monotonic() - began
        server.terminate()


def first_page(port: int) -> None:
    """Ask for the sign-in page until it comes."""
    while True:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/accounts/login/") as answer:
                answer.read()
                return
        except urllib.error.URLError:
            time.sleep(0.05)


def main() -> None:
    """Measure and print each step; exit with 1 if the promise is broken."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--environment", action="store_true")
    parser.add_argument("--empty", action="store_true")
    given = parser.parse_args()
    total, python = 0.0, Path(sys.executable)
    with tempfile.TemporaryDirectory() as name:
        if given.environment:
            python, seconds = make_environment(Path(name))
            total += seconds
            print(f"{seconds:7.1f} s  environment (packages fetched before)")
        before, port = processor_seconds(), free_port()
        command = [str(python), "-m", "retained.project.command_line", "serve", f"--port={port}"]
        environment = os.environ | {"RETAINED_DATA_DIR": f"{name}/data"}
        for step, seconds in steps(command + ["--empty"] * given.empty, environment, port):
            total += seconds
            print(f"{seconds:7.1f} s  {step}")
        used = processor_seconds() - before
    print(f"{total:7.1f} s  in all; the server and its children took {used:.1f} processor seconds")
    raise SystemExit(total > PROMISE_SECONDS)


if __name__ == "__main__":
    main()
