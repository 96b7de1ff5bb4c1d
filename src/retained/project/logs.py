"""The server's log: one line for each event, on standard error and in the data folder.

A line says when, how bad, which room and what; a fault's traceback is folded into the same line.
Addresses of pages are named, never written out (they may hold one-time secrets), and what looks
like an e-mail address or a secret is masked: a log is read by people whom the permission table
does not know.
"""

import logging
import logging.handlers
import re
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any

LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
_LARGEST_FILE_BYTES = 5_000_000
_FILES_KEPT = 4
_LONGEST_MESSAGE = 300
_MASKS = (
    (re.compile(r"[^\s@<>\"'(),;=]+@[^\s@<>\"'(),;]+"), "(e-mail)"),
    (re.compile(r"[\"'“][^\"'”]*[\"'”]"), "(value)"),
    (re.compile(r"\b(?:rtn_)?[A-Za-z0-9_-]{24,}\b"), "(secret)"),
)


def configuration(*, level: str, folder: Path) -> dict[str, Any]:
    """Return what `logging.config` reads: `level` counts for our own rooms, warnings for others."""
    handlers = ["stderr", "file"]
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"()": "retained.project.logs.OneLine"}},
        "handlers": {
            "stderr": {"class": "logging.StreamHandler", "formatter": "line"},
            "file": {
                "class": "retained.project.logs.LogFile",
                "formatter": "line",
                "folder": str(folder),
            },
        },
        "root": {"handlers": handlers, "level": "WARNING"},
        "loggers": {
            "retained": {"level": level},
            "django": {"handlers": [], "level": "WARNING", "propagate": True},
            # It writes whole addresses; pages/problems.py logs the same fault without them.
            "django.request": {"handlers": [], "level": "CRITICAL", "propagate": False},
        },
    }


class LogFile(logging.handlers.RotatingFileHandler):
    """`retained.log` in a folder that is made with the first line; four older files are kept."""

    def __init__(self, folder: str) -> None:
        self._folder = Path(folder)
        super().__init__(
            self._folder / "retained.log",
            maxBytes=_LARGEST_FILE_BYTES,
            backupCount=_FILES_KEPT,
            encoding="utf-8",
            delay=True,
        )

    def _open(self) -> Any:
        """Open the file, in a folder that only the installation's own account reads."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return super()._open()


class OneLine(logging.Formatter):
    """Writes an event as one line, without personal data."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line: moment, level, room, message, and the fault if there is one."""
        moment = datetime.fromtimestamp(record.created, tz=UTC).isoformat(timespec="seconds")
        line = f"{moment} {record.levelname} {record.name} {_one_line(record.getMessage())}"
        error = record.exc_info[1] if record.exc_info else None
        return line if error is None else f"{line} | {' | caused by '.join(_faults(error))}"


def _faults(error: BaseException) -> Iterator[str]:
    """Yield the fault and each that it came from, the last one first, each with its places."""
    present: BaseException | None = error
    while present is not None:
        places = " < ".join(_places(present.__traceback__))
        yield f"{type(present).__name__}: {masked(present)} at {places or 'an unknown place'}"
        present = present.__cause__ or (
            None if present.__suppress_context__ else present.__context__
        )


def _places(found: TracebackType | None) -> Iterator[str]:
    """Yield where the fault was, the innermost place first; no values, they may be personal."""
    for frame in reversed(traceback.extract_tb(found)):
        yield f"{'/'.join(Path(frame.filename).parts[-3:])}:{frame.lineno} {frame.name}"


def masked(error: BaseException) -> str:
    """Return the first line of an error's message without addresses, quoted values or secrets.

    Databases write the values of the row into the lines after the first.
    """
    text = next(iter(str(error).splitlines()), "")
    for pattern, word in _MASKS:
        text = pattern.sub(word, text)
    return _one_line(text)


def _one_line(text: str) -> str:
    """Return text that cannot begin a line of its own in the log."""
    return " ".join(text.split())[:_LONGEST_MESSAGE]
