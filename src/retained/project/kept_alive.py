"""A child process that is started again when it dies, and ends when its parent does.

The parent holds the child's standard input open: when the parent is gone, even by `kill -9`, the
child reads the end of it and stops. That holds on every system. The child stands in a process group
of its own, so that Ctrl-C in a terminal reaches the parent alone, which then asks it to leave.
"""

import atexit
import logging
import multiprocessing
import os
import subprocess
import sys
import threading
from collections.abc import Sequence
from multiprocessing.process import BaseProcess
from typing import Any

log = logging.getLogger(__name__)

FIRST_WAIT_SECONDS = 1.0
LONGEST_WAIT_SECONDS = 60.0
LEAVE_SECONDS = 15.0  # how long the child may take to finish what it is at

_OWN_GROUP: dict[str, Any] = (
    {"process_group": 0}
    if os.name == "posix"
    else {"creationflags": getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0)}
)


class KeptAlive:
    """Keeps one command running in a thread of its own."""

    def __init__(self, command: Sequence[str]) -> None:
        self._command = list(command)
        self._leaving = threading.Event()
        self._child: subprocess.Popen[bytes] | None = None
        self._thread = threading.Thread(target=self._keep, name="kept alive", daemon=True)

    def start(self) -> None:
        """Start the child and watch it."""
        self._thread.start()

    def stop(self) -> None:
        """Ask the child to end, wait for it, and end it by force if it does not."""
        self._leaving.set()
        self._ask_to_leave()
        self._thread.join(LEAVE_SECONDS)
        if self._thread.is_alive() and self._child is not None:
            self._child.kill()
            self._thread.join(LEAVE_SECONDS)

    def _keep(self) -> None:
        """Start the child again, after longer and longer waits, until told to leave."""
        wait = FIRST_WAIT_SECONDS
        while not self._leaving.is_set():
            self._child = subprocess.Popen(  # noqa: S603 - our own command
                self._command, stdin=subprocess.PIPE, **_OWN_GROUP
            )
            if self._leaving.is_set():  # told so while the child was being started
                self._ask_to_leave()
            code = self._child.wait()
            if not self._leaving.is_set():
                log.warning("The job worker ended (code %s); it is started again.", code)
                self._ask_to_leave()  # closes its input
                self._leaving.wait(wait)
                wait = min(wait * 2, LONGEST_WAIT_SECONDS)

    def _ask_to_leave(self) -> None:
        """End the child's input, which is the sign for it to end."""
        child = self._child
        if child is not None and child.stdin is not None:
            child.stdin.close()


def leave_with_parent() -> None:
    """End this process when the one that started it is gone, so that its port is free again.

    Only for a process started by `multiprocessing`, as the server does with each of its own.
    """
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_leave_after, args=[parent], daemon=True).start()


def _leave_after(parent: BaseProcess) -> None:
    """Wait for the parent's end, then end at once: nobody is left to tell."""
    parent.join()
    os._exit(0)


def leave_without_unwinding() -> None:
    """Let this process end as soon as its work is done, before the interpreter is taken apart.

    Threads of the server that are not Python's may ask for the interpreter then, and panic. Only
    for a process started by `multiprocessing`, as the server does with each of its own.
    """
    if multiprocessing.parent_process() is not None:
        atexit.register(_leave_now)


def _leave_now() -> None:
    """End with everything written: what is registered to run later does just that."""
    logging.shutdown()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)
