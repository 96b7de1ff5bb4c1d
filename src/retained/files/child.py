"""Reading what strangers made, in a process of its own with limits on memory and time.

The child is a fresh interpreter: it holds no database connection, no secret of the environment
and no open file of the parent. What it answers is JSON, never pickle: a reader that a hostile
file took over must not reach the parent through its answer. Where the system knows no limits
(Windows) the time limit alone holds.
"""

import json
import logging
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable
from importlib import import_module
from typing import IO, Any

from retained.shared.errors import DomainError
from retained.shared.sizes import in_words

_log = logging.getLogger("retained.files")
_ANSWER_BYTES = 64_000_000
_WRITTEN_BYTES = 8_000_000_000
_PASSED_ON = ("PATH", "LANG", "LC_ALL", "TZ", "SYSTEMROOT", "TMPDIR", "TEMP")


class ReadingLimitError(DomainError):
    """A file needs more memory or time to be read than it is given."""


class UnreadableFileError(DomainError):
    """A file broke its reader."""


def run_limited(
    function: Callable[..., Any],
    *args: object,
    memory_bytes: int = 1_500_000_000,
    cpu_seconds: int = 120,
) -> Any:
    """Call `function(*args)` in a child process and return what it returns.

    `function` stands in a module that needs no Django; arguments and result are what JSON can
    hold (large results: let the child write a file and return its path). A DomainError of the
    function is raised here with the same message; any other fault of it is UnreadableFileError,
    and running out of memory or time is ReadingLimitError.
    """
    call = {
        "function": f"{function.__module__}:{function.__qualname__}",
        "args": args,
        "path": [part for part in sys.path if part],
        "memory_bytes": memory_bytes,
        "cpu_seconds": cpu_seconds,
    }
    with tempfile.TemporaryFile() as answer, tempfile.TemporaryFile() as complaints:
        code = _run_child(json.dumps(call), answer, complaints, wall_seconds=3 * cpu_seconds + 10)
        said = _read(answer)
        if said is None or code != 0:
            raise _fault_of(code, complaints, memory_bytes=memory_bytes, cpu_seconds=cpu_seconds)
    return _result(said, memory_bytes=memory_bytes)


def _run_child(call: str, answer: IO[bytes], complaints: IO[bytes], *, wall_seconds: int) -> int:
    """Start the child, wait for its end, and return its exit code (negative: killed)."""
    environment = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    command = [sys.executable, "-c", _CHILD_COMMAND]
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter and words
            command,
            input=call.encode(),
            stdout=answer,
            stderr=complaints,
            env=environment,
            timeout=wall_seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return -int(getattr(signal, "SIGXCPU", signal.SIGTERM))
    return done.returncode


# The child first learns where modules are, then takes its limits, then loads the function.
_CHILD_COMMAND = (
    "import json, sys; call = json.load(sys.stdin); sys.path[:] = call['path'];"
    "from retained.files.child import answer; answer(call)"
)


def answer(call: dict[str, Any]) -> None:
    """Take the limits, call the function, and write what it returns: the child's whole life."""
    _limit(memory_bytes=call["memory_bytes"], cpu_seconds=call["cpu_seconds"])
    parent, sys.stdout = sys.stdout, sys.stderr  # nothing that a reader prints is an answer
    module, _, name = call["function"].partition(":")
    try:
        function = getattr(import_module(module), name)
        said = {"result": function(*call["args"])}
    except DomainError as error:
        said = {"refused": error.message}
    except MemoryError:
        said = {"memory": True}
    parent.write(json.dumps(said))
    parent.flush()


def _limit(*, memory_bytes: int, cpu_seconds: int) -> None:
    """Limit this process, as far as the system can."""
    try:
        import resource  # noqa: PLC0415 - not on Windows
    except ImportError:
        return
    limits = {
        resource.RLIMIT_AS: memory_bytes,
        resource.RLIMIT_CPU: cpu_seconds,
        resource.RLIMIT_FSIZE: _WRITTEN_BYTES,
        resource.RLIMIT_NOFILE: 256,
        resource.RLIMIT_CORE: 0,
    }
    for limit, most in limits.items():
        _, hard = resource.getrlimit(limit)
        allowed = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(limit, (allowed, allowed))


def _read(answer: IO[bytes]) -> dict[str, Any] | None:
    """Return what the child said, if it is whole and of bearable size."""
    size = answer.seek(0, os.SEEK_END)
    if not 0 < size <= _ANSWER_BYTES:
        return None
    answer.seek(0)
    try:
        said = json.loads(answer.read())
    except ValueError:
        return None
    return said if isinstance(said, dict) else None


def _result(said: dict[str, Any], *, memory_bytes: int) -> Any:
    if "refused" in said:
        raise DomainError(str(said["refused"]))
    if "memory" in said:
        raise _out_of_memory(memory_bytes)
    return said["result"]


def _fault_of(
    code: int, complaints: IO[bytes], *, memory_bytes: int, cpu_seconds: int
) -> DomainError:
    """Return the sentence for a child that gave no answer; its own words go to the log."""
    if code in {-getattr(signal, name, 0) for name in ("SIGXCPU", "SIGKILL")} - {0}:
        return ReadingLimitError(
            f"This file takes more than {cpu_seconds} seconds of work to read. "
            "Send it in parts, or as CSV."
        )
    complaints.seek(max(0, complaints.seek(0, os.SEEK_END) - 8000))
    words = complaints.read().decode(errors="replace")
    _log.warning("A file broke its reader (exit code %s):\n%s", code, words)
    if "MemoryError" in words or "bad_alloc" in words:
        return _out_of_memory(memory_bytes)
    return UnreadableFileError(
        "This file could not be read: it is damaged, or is not what its name says. "
        "Open it in the program that made it, save it anew and send it again."
    )


def _out_of_memory(memory_bytes: int) -> ReadingLimitError:
    return ReadingLimitError(
        f"This file takes more than {in_words(memory_bytes)} of memory to read. "
        "Send it in parts, or as CSV."
    )
