"""The worker: runs queued jobs, serves schedules, and takes back what a dead worker left."""

import logging
import os
import secrets
import socket
import threading
from datetime import datetime

from django.db import OperationalError, close_old_connections, connections
from django.utils import timezone
from django_tasks_db.management.commands.db_worker import Worker

from retained.jobs.declared import Job
from retained.jobs.models import JobRun, JobState, WorkerSign
from retained.jobs.recovery import close_task, recover
from retained.jobs.running import run_attempt
from retained.jobs.schedules import tick

_log = logging.getLogger("retained.jobs")
_IDLE_SECONDS = 1.0
_AFTER_FAULT_SECONDS = 5.0
_JOBS_BETWEEN_LOOKS = 20


class _QueueWorker(Worker):
    """The queue's own worker, ended by an event instead of by signals."""

    def __init__(self, stop: threading.Event, *, name: str) -> None:
        self._stop = stop
        super().__init__(
            queue_names=["*"],
            excluded_queue_names=[],
            interval=0.2,
            batch=True,
            backend_name="default",
            startup_delay=False,
            max_tasks=_JOBS_BETWEEN_LOOKS,
            worker_id=name,
        )

    @property
    def running(self) -> bool:
        """Whether to go on after the present job."""
        return not self._stop.is_set()

    @running.setter
    def running(self, _: bool) -> None:
        """Only the event ends this worker."""


def run_worker(stop: threading.Event) -> None:
    """Work until `stop` is set; the present job is finished first.

    For a thread beside the web server as well as for a process of its own, any number of them.
    """
    logging.getLogger("django_tasks_db").setLevel(logging.WARNING)  # it tells of each look
    name = f"{socket.gethostname()[:30]}-{os.getpid()}-{secrets.token_hex(4)}"
    started_at = timezone.now()
    try:
        while not stop.is_set():
            close_old_connections()
            pause = _IDLE_SECONDS if _look(stop, name, started_at) else _AFTER_FAULT_SECONDS
            stop.wait(pause)
    finally:
        _sign_off(name)
        connections.close_all()


def _look(stop: threading.Event, name: str, started_at: datetime) -> bool:
    """Look once for all that is to do; return False where the database did not answer."""
    try:
        now = timezone.now()
        WorkerSign.objects.update_or_create(
            name=name,
            defaults={"seen_at": now},
            create_defaults={"started_at": started_at, "seen_at": now},
        )
        recover(now)
        tick(now)
        _QueueWorker(stop, name=name).run()
    except OperationalError:
        _log.exception("The database did not answer; the worker tries again.")
        connections.close_all()
        return False
    return True


def _sign_off(name: str) -> None:
    """Take the sign of life away, if the database can still be reached."""
    try:
        WorkerSign.objects.filter(name=name).delete()
    except OperationalError:
        _log.info("The database did not answer when worker %s left.", name)


def run_waiting(*, only: Job | None = None, limit: int = 1000) -> list[JobRun]:
    """Run all waiting jobs (or those of one kind) here and now, oldest first, and return them.

    For tests and for the command line: retries follow at once, without their pause, and jobs
    that jobs queue run too. Raises RuntimeError after `limit` attempts.
    """
    ended: dict[int, JobRun] = {}
    waiting = JobRun.objects.filter(state=JobState.WAITING).order_by("id")
    if only is not None:
        waiting = waiting.filter(kind=only.path)
    for _ in range(limit):
        run = waiting.all().first()
        if run is None:
            return list(JobRun.objects.filter(pk__in=ended).order_by("id"))
        close_task(run.task_id, timezone.now())
        run_attempt(run.pk, run.attempts, alone=True)
        ended[run.pk] = run
    raise RuntimeError(f"After {limit} attempts there still are waiting jobs.")
