"""`retained work`: background jobs, until stopped."""

import os
import signal
import sys
import threading
from types import FrameType

import click


@click.command(epilog="\b\nExample:\n  retained work   (any number of them on one PostgreSQL)")
@click.option("--with-parent", is_flag=True, hidden=True, help="Stop when standard input ends.")
def work(*, with_parent: bool) -> None:
    """Run background jobs until Ctrl-C or a stop signal; a job that runs is finished first."""
    from retained.jobs.worker import run_worker  # noqa: PLC0415 - needs the settings

    stop = threading.Event()

    def leave(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGINT, leave)
    signal.signal(signal.SIGTERM, leave)
    if with_parent:
        threading.Thread(target=_wait_for_end, args=[stop], daemon=True).start()
    run_worker(stop)


def _wait_for_end(stop: threading.Event) -> None:
    """Set `stop` when whoever started this process is gone.

    Read past the buffer: its lock, held by a thread that waits, breaks the interpreter's end.
    """
    while os.read(sys.stdin.fileno(), 4096):
        pass
    stop.set()
