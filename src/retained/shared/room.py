"""Room on the disk: a full one is told from every other fault, and said as a sentence.

In   a fault of the system, of DuckDB or of a database
Out  whether it means that the disk is full; NoRoomError with the caller's sentence
Why  who writes much must say how to go on when the disk is full, and leave nothing half done
"""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager

from retained.shared.errors import DomainError

# A quota, or the largest file that a file system or a process may have, ends a write likewise.
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_OTHER_WORDS = (
    "database or disk is full",  # SQLite
    "max_temp_directory_size",  # DuckDB keeps its spill below what the disk had left
)


class NoRoomError(DomainError):
    """The disk is full."""


def is_full(fault: BaseException) -> bool:
    """Return whether `fault` says that the disk is full.

    DuckDB and PostgreSQL carry the system's own words in their message, and no number.
    """
    if isinstance(fault, OSError):
        return fault.errno in _FULL
    words = (*_OTHER_WORDS, *(os.strerror(number) for number in _FULL))
    return any(word in str(fault) for word in words)


@contextmanager
def said_when_full(sentence: str, *faults: type[Exception]) -> Iterator[None]:
    """Raise NoRoomError with `sentence` where the disk is full; let every other fault pass.

    `faults` are the types, beside OSError, by which a library says that it cannot write.
    """
    kinds: tuple[type[Exception], ...] = (OSError, *faults)
    try:
        yield
    except kinds as fault:
        if not is_full(fault):
            raise
        raise NoRoomError(sentence) from fault
