"""A full disk, made by the system itself and not by a mock; an ordinary user can do it as well.

A child process gets a small disk of its own where the system lets it (Linux namespaces); everywhere
on POSIX the system can be told how large a file may grow, and then refuses the write likewise.
"""

import ctypes
import os
import resource
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

_NEW_MOUNTS, _NEW_USER = 0x00020000, 0x10000000  # linux/sched.h


def mount_small_disk(place: Path, *, size_bytes: int) -> bool:
    """Put a disk of `size_bytes` at `place`, for this process and its children alone.

    Call it before the process has threads. False where the system lets nobody do it.
    """
    uid, gid = os.getuid(), os.getgid()
    system = ctypes.CDLL(None)
    if not hasattr(system, "unshare") or system.unshare(_NEW_USER | _NEW_MOUNTS):
        return False
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"0 {uid} 1")
    Path("/proc/self/gid_map").write_text(f"0 {gid} 1")
    options = f"size={size_bytes}".encode()
    return bool(system.mount(b"tmpfs", str(place).encode(), b"tmpfs", 0, options) == 0)


def fill(place: Path, *, left_bytes: int) -> None:
    """Write into `place` until `left_bytes` are left, a little less or more."""
    room = shutil.disk_usage(place).free - left_bytes
    (place / "filler").write_bytes(bytes(max(0, room)))


def empty(place: Path) -> None:
    """Make the room again that `fill` took."""
    (place / "filler").unlink()


@contextmanager
def largest_file(size_bytes: int) -> Iterator[None]:
    """Let the system refuse every write beyond `size_bytes` of a file, inside the block."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size_bytes, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def without_room(function: Callable[..., Any], *, room_bytes: int = 100) -> Callable[..., Any]:
    """Return `function` as it runs where a file finds room for `room_bytes` only."""

    def run(*given: Any, **named: Any) -> Any:
        with largest_file(room_bytes):
            return function(*given, **named)

    return run
