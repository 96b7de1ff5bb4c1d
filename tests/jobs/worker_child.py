"""A worker in a process of its own, which works until its input is closed."""

import sys
import threading

import django

django.setup()

from retained.jobs.worker import run_worker  # noqa: E402 - needs Django set up

stop = threading.Event()


def watch() -> None:
    sys.stdin.read()
    stop.set()


threading.Thread(target=watch, daemon=True).start()
run_worker(stop)
