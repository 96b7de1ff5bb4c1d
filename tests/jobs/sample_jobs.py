"""Jobs that the tests queue: they leave their effect as labels of actors, a plain table."""

import os
import signal
from pathlib import Path

from django.db import transaction

from retained.audit.models import ActorLabel
from retained.jobs.declared import job
from retained.jobs.models import JobRun
from retained.jobs.progress import Progress
from retained.shared.errors import DomainError

_faults: list[Exception] = []


def break_next(*faults: Exception) -> None:
    """Let the next attempts at `fragile` raise these."""
    _faults[:] = faults


def effect(name: str) -> None:
    """Leave one more row that says `name`."""
    count = ActorLabel.objects.filter(label=name).count()
    ActorLabel.objects.create(actor_key=f"{name}-{count}", label=name)


def effects(name: str) -> int:
    """Return how often `name` took effect."""
    return ActorLabel.objects.filter(label=name).count()


@job(title="Counting")
def counting(progress: Progress, *, to: int) -> None:
    for number in range(to + 1):
        progress.report(number, to, f"{number} of {to}")
    progress.lead_to("/counted")


@job(retries=2, title="Fragile work")
def fragile(progress: Progress) -> None:
    if _faults:
        raise _faults.pop(0)
    with progress.finishing("Whole again."):
        effect("fragile")


@job(title="Import of a file")
def refused(progress: Progress) -> None:
    progress.report(0, 1)
    raise DomainError("March 2026 is already closed. Supersede it to correct its figures.")


@job()
def acting(progress: Progress) -> None:
    effect(f"by {progress.by.actor_key} {progress.by.actor_label}")


@job()
def replaced(progress: Progress) -> None:
    """Lose the lease to another attempt, and try to take effect all the same."""
    JobRun.objects.update(attempts=7)
    with progress.finishing():
        effect("replaced")


@job()
def inside_a_transaction(progress: Progress) -> None:
    with transaction.atomic():
        progress.report(1, 2, "not to be read")
        effect("inside")


@job(retries=3, lease_seconds=60)
def killed(progress: Progress, *, folder: str, at: str) -> None:
    """Take effect once; the first attempt stops at a named point and waits to be killed."""
    stop_at("before", folder, at)
    with progress.finishing():
        effect("killed")
        stop_at("inside", folder, at)
    stop_at("after", folder, at)
    signal_parent(folder)


@job()
def once(progress: Progress, *, folder: str, number: int) -> None:
    with progress.finishing():
        effect(f"once {number}")
    signal_parent(folder)


def stop_at(point: str, folder: str, wanted: str) -> None:
    """Tell the parent that `point` is reached, and wait for its kill: the first time only."""
    mark = Path(folder, "stopped")
    if point == wanted and not mark.exists():
        mark.touch()
        signal_parent(folder)
        signal.pause()


def signal_parent(folder: str) -> None:
    """Write one byte into the pipe that the parent reads."""
    pipe = os.open(Path(folder, "pipe"), os.O_WRONLY)
    os.write(pipe, b"x")
    os.close(pipe)
