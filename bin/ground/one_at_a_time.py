"""A lock that two starts at once wait for; the system gives it back even after `kill -9`."""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from ground.places import say

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]


@contextlib.contextmanager
def only_one(path: Path) -> Iterator[None]:
    """Hold the lock file `path`; say so when another start holds it, and wait."""
    if fcntl is None:
        yield  # Windows keeps open files from being replaced: a second start fails there by itself
        return
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Another start is setting up; waiting for it.")
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
