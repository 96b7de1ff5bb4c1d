"""Starting the process that solves, hearing how far it is, and ending it in time.

In   a matrix, a time limit, and who wants to hear of progress
Out  the child's answer; None where it was ended before it had one
Why  docs/decisions/0013-highs-in-a-child.md

A solver that hangs, crashes or eats the machine must not take the server along, and C code that
runs for a minute cannot be interrupted from Python. So each solve is a fresh interpreter: it gets
the matrix as JSON and gives JSON back, and what it logs meanwhile is its progress.
"""

import json
import logging
import os
import queue
import re
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Any

from retained.shared.errors import DomainError

_log = logging.getLogger("retained.tendering")
_PASSED_ON = ("PATH", "LANG", "LC_ALL", "TZ", "SYSTEMROOT", "TMPDIR", "TEMP")
_STARTING_SECONDS = 15.0  # to load numpy and scipy on a busy machine
_LISTENING_SECONDS = 0.2  # how soon a cancel is heard
_ENGINE = re.compile(r"Running HiGHS (\S+)")
# “ L  0  0  0  0.00%  -1134.4  -1121  1.20%  462  15  8  61  0.1s”: bound, best, gap, ...
_COURSE = re.compile(r"^ ?[A-Za-z]? +\S+ +\S+ +\S+ +\S+% +(\S+) +(\S+) +\S+ +.* [\d.]+s$")


class SolverFailedError(DomainError):
    """The process that solves ended without an answer."""


@dataclass(frozen=True, slots=True)
class Course:
    """How far a solve is, in the solver's own units; None where there is nothing yet."""

    best: float | None = None
    bound: float | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What the child found: the values of all columns, its bound, and which engine it was."""

    infeasible: bool
    values: list[float] | None
    bound: float | None
    engine: str


Hear = Callable[[Course], None]


def run(matrix: dict[str, Any], *, seconds: float, hear: Hear | None = None) -> Answer | None:
    """Solve a matrix in a child process; None if it had to be ended at its time limit.

    `hear` is called several times a second and may raise: then the child is ended too. Raises
    SolverFailedError if the child dies by itself.
    """
    with TemporaryDirectory(prefix="retained-award-") as folder:
        path = Path(folder) / "answer.json"
        call = {**matrix, "seconds": seconds, "answer": str(path)}
        with _child(json.dumps(call)) as child:
            lines: deque[str] = deque(maxlen=40)
            engine = _listen(child, lines, seconds=seconds, hear=hear)
        if engine is None:
            return None
        if child.returncode != 0 or not path.is_file():
            _log.warning("A solve ended (exit code %s):\n%s", child.returncode, "\n".join(lines))
            raise SolverFailedError(
                "The process that looks for the best award ended before it was done (exit code "
                f"{child.returncode}). Start it again; if it ends again, give it more memory or "
                "fewer lots."
            )
        found = json.loads(path.read_text(encoding="utf-8"))
    engine = f"{engine} (scipy {found.pop('scipy')})"
    return Answer(engine=engine, **found)


@contextmanager
def _child(call: str) -> Iterator[subprocess.Popen[str]]:
    """Start the child with what it is to solve; whatever happens, it is gone afterwards."""
    environment = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    environment["PYTHONPATH"] = os.pathsep.join(part for part in sys.path if part)
    child = subprocess.Popen(
        # -P: the folder in which somebody asks must not bring modules of its own
        [sys.executable, "-P", "-m", "retained.tendering.engine.award.child"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env=environment,
        text=True,
    )
    try:
        _give(child, call)
        yield child
    finally:
        if child.poll() is None:
            child.kill()
        child.wait()
        if child.stdout is not None:
            child.stdout.close()


def _give(child: subprocess.Popen[str], call: str) -> None:
    if child.stdin is None:
        return
    try:
        child.stdin.write(call)
        child.stdin.close()
    except BrokenPipeError:
        return  # it died at once: its exit code says so


def _listen(
    child: subprocess.Popen[str], last: deque[str], *, seconds: float, hear: Hear | None
) -> str | None:
    """Wait for the child's end and tell how far it is; None if its time was over.

    `last` keeps the last lines that it said.
    """
    lines: queue.SimpleQueue[str | None] = queue.SimpleQueue()
    if child.stdout is not None:
        threading.Thread(target=_read, args=(child.stdout, lines), daemon=True).start()
    began = time.monotonic()
    engine, course = "HiGHS", Course()
    while time.monotonic() - began < seconds * 1.2 + _STARTING_SECONDS:
        try:
            line = lines.get(timeout=_LISTENING_SECONDS)
        except queue.Empty:
            line = ""
        if line is None:
            child.wait(timeout=_STARTING_SECONDS)
            return engine
        last.extend([line] if line else [])
        named = _ENGINE.search(line)
        engine = f"HiGHS {named[1]}" if named else engine
        said = course_of(line)
        course = said or course
        if hear is not None and (said or not line):
            hear(course)
    return None


def _read(log: IO[str], lines: "queue.SimpleQueue[str | None]") -> None:
    """Pass on the log line by line, and None at its end."""
    try:
        for line in log:
            lines.put(line.rstrip("\n"))
    except ValueError:
        pass  # the child was ended, and its log closed
    lines.put(None)


def course_of(line: str) -> Course | None:
    """Return how far HiGHS says it is in a line of its log; None for any other line."""
    found = _COURSE.match(line)
    if found is None:
        return None
    return Course(best=_figure(found[2]), bound=_figure(found[1]))


def _figure(text: str) -> float | None:
    """Return a figure of the log; None for “inf”, “-inf” and words."""
    try:
        found = float(text)
    except ValueError:
        return None
    return found if abs(found) < float("inf") else None
