"""How long pages take with eight users at once over a large installation on SQLite.

    python benchmarks/page_speed.py [--agreements 5000] [--providers 1000] [--tickets 2000000]

Builds an installation in a temporary folder (or takes the one in --data-dir), starts the server
as `bin/run` does, but for the job worker, which would measure the made-up months anew, and lets
eight people, each with a session, ask for one page over and over, all at once and without a pause;
then for the next page. Prints for each page the median and the 95th percentile of the time to the
last byte, the processor time that the server spent on one answer, and its queries. What is no list
of 50 rows has a star: the promise is about lists, the rest shows. So has a search that comes by a
link: where a table is searched on its page, the browser asks for the table alone.

The yardstick is a plain Django list of 50 rows: a session, the signed-in person and a template,
served by the same server from the same database in the same run. A machine that does other work
as well makes seconds longer, and the ratio to the yardstick hardly.
"""

import argparse
import http.client
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles
from typing import Any

USERS = 8
PROMISE_SECONDS = 0.150
PROMISE_QUERIES = 12
HERE = Path(__file__).parent
YARDSTICK = "plain Django list of 50 rows"


@dataclass(frozen=True, slots=True)
class Cost:
    """What a page took: seconds to the last byte, the server's own seconds for one answer."""

    seconds: Sequence[float]
    busy_seconds: float

    @property
    def p95(self) -> float:
        """The 95th percentile."""
        return quantiles(self.seconds, n=20, method="inclusive")[-1]


def main() -> None:
    """Build, serve, measure and print; exit with 1 if the promise is broken."""
    given = _arguments()
    with tempfile.TemporaryDirectory() as folder:
        data_dir = given.data_dir or Path(folder)
        environment = os.environ | {
            "RETAINED_DATA_DIR": str(data_dir),
            "DJANGO_SETTINGS_MODULE": "retained.project.settings",
        }
        if not (data_dir / "retained.sqlite3").exists():
            sizes = [str(n) for n in (given.agreements, given.providers, given.tickets)]
            print(_run("made_installation.py", *sizes, environment=environment))
        asked = json.loads(_run("page_queries.py", environment=environment))
        print(f"{'page':34} {'p50 ms':>7} {'p95 ms':>7} {'x':>6} {'CPU ms':>7} {'x':>6} queries")
        yardstick = _yardstick(given, asked["sessions"]["manager"], environment)
        broken = _pages(given, asked, environment, yardstick)
    raise SystemExit(bool(broken))


def _yardstick(
    given: argparse.Namespace, sessions: Sequence[str], environment: dict[str, str]
) -> Cost:
    """Measure and print the plain list."""
    port = given.port + 1
    plain = environment | {"PYTHONPATH": str(HERE), "DJANGO_SETTINGS_MODULE": "plain_list"}
    with _served(["-m", "plain_list", str(port)], port, plain) as server:
        visitors = [Visitor(port, key) for key in sessions]
        cost = _cost(server, visitors, ["/plain/"] * USERS, given.requests)
    _print(YARDSTICK, cost, cost, 3)
    return cost


def _pages(
    given: argparse.Namespace, asked: dict[str, Any], environment: dict[str, str], yardstick: Cost
) -> list[str]:
    """Measure and print the pages; return the names of those that break the promise."""
    command = ["-m", "retained.project.command_line", "serve", "--empty", "--no-jobs"]
    command += ["--port", str(given.port)]
    command += ["--workers", str(given.workers)] if given.workers else []
    broken = []
    with _served(command, given.port, environment) as server:
        for page in asked["pages"]:
            if given.only not in page["name"]:
                continue
            visitors = [Visitor(given.port, key) for key in asked["sessions"][page["who"]]]
            for visitor in visitors:
                visitor.headers |= page["headers"]
            cost = _cost(server, visitors, page["paths"], given.requests)
            _print(page["name"], cost, yardstick, page["queries"], is_list=page["is_list"])
            is_slow = page["is_list"] and cost.p95 > PROMISE_SECONDS
            if is_slow or page["queries"] > PROMISE_QUERIES:
                broken.append(page["name"])
    return broken


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--agreements", type=int, default=5000)
    parser.add_argument("--providers", type=int, default=1000)
    parser.add_argument("--tickets", type=int, default=2_000_000)
    parser.add_argument("--requests", type=int, default=160, help="of each page, by all users")
    parser.add_argument("--data-dir", type=Path, help="an installation made by an earlier run")
    parser.add_argument("--port", type=int, default=8190)
    parser.add_argument("--workers", type=int, help="web processes; by default as bin/run has them")
    parser.add_argument("--only", default="", help="pages with this in their names")
    return parser.parse_args()


def _run(script: str, *arguments: str, environment: dict[str, str]) -> str:
    command = [sys.executable, str(HERE / script), *arguments]
    done = subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE, text=True)
    return done.stdout


@contextmanager
def _served(command: list[str], port: int, environment: dict[str, str]) -> Iterator[int]:
    """Start a server and give the id of its process once it answers."""
    process = subprocess.Popen(
        [sys.executable, *command], env=environment, stdout=subprocess.DEVNULL
    )
    try:
        _wait_for(process, port)
        yield process.pid
    finally:
        process.terminate()
        process.wait(30)


def _wait_for(process: subprocess.Popen[bytes], port: int) -> None:
    while process.poll() is None:
        try:
            connection = http.client.HTTPConnection("localhost", port, timeout=60)
            connection.request("GET", "/accounts/login/")
            connection.getresponse().read()
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise SystemExit("The server ended before it answered.")


class Visitor:
    """A browser of one person: one connection kept open, the cookies and other headers."""

    def __init__(self, port: int, session: str) -> None:
        self._connection = http.client.HTTPConnection("localhost", port, timeout=60)
        self.headers = {"Cookie": f"sessionid={session}"}

    def get(self, path: str) -> None:
        """Read a page to its last byte; any answer but the page ends the run."""
        self._connection.request("GET", path, headers=self.headers)
        answer = self._connection.getresponse()
        answer.read()
        if answer.status != 200:
            raise SystemExit(f"{path} answered {answer.status}")


def _cost(server: int, visitors: Sequence[Visitor], paths: Sequence[str], requests: int) -> Cost:
    """Let eight users ask at once, each for its own page over and over, after a warming round."""
    each = max(requests // USERS, 2)
    with ThreadPoolExecutor(USERS) as pool:
        list(pool.map(lambda visitor, path: _timed(visitor, path, 1), visitors, paths))
        before = _busy(server)
        runs = list(pool.map(lambda visitor, path: _timed(visitor, path, each), visitors, paths))
    seconds = [one for run in runs for one in run]
    return Cost(seconds, (_busy(server) - before) / len(seconds))


def _timed(visitor: Visitor, path: str, times: int) -> list[float]:
    seconds = []
    for number in range(times):
        asked = path.format(number=100 + number)
        started = time.perf_counter()
        visitor.get(asked)
        seconds.append(time.perf_counter() - started)
    return seconds


def _busy(process: int) -> float:
    """Return the processor seconds that a process and its children have spent so far."""
    ticks = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if process in {int(stat.parent.name), int(fields[1])}:
            ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def _print(name: str, cost: Cost, yardstick: Cost, queries: int, *, is_list: bool = True) -> None:
    typical, busy = median(cost.seconds), cost.busy_seconds
    print(
        f"{name + ('' if is_list else ' *'):34} {typical * 1000:7.0f} {cost.p95 * 1000:7.0f} "
        f"{cost.p95 / yardstick.p95:6.2f} {busy * 1000:7.1f} {busy / yardstick.busy_seconds:6.2f} "
        f"{queries:4}", flush=True,
    )  # fmt: skip


if __name__ == "__main__":
    main()
