"""One attempt at a job: begin under a lease, do the work, note how it ended."""

import logging
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import timedelta

from django.db import OperationalError, connection, transaction
from django.utils import timezone

from retained.jobs.declared import Job, declared_job, title_of
from retained.jobs.models import JobRun, JobState
from retained.jobs.progress import CancelledByPersonError, LeaseLostError, Progress
from retained.jobs.queue import pause_after, queue_attempt
from retained.shared.errors import DomainError

_log = logging.getLogger("retained.jobs")


def run_attempt(run_id: int, attempts_before: int, *, alone: bool = False) -> None:
    """Try the run once. It never raises for what a job does wrong.

    `alone` is for tests: no heartbeat beside the work, and every report is noted.
    """
    run = JobRun.objects.filter(pk=run_id).first()
    if run is None:
        return
    try:
        job = declared_job(run.kind)
    except ImportError:
        if _begin(run, attempts_before, lease_seconds=60):
            _fail(run, _broken(run))
        return
    if not _begin(run, attempts_before, lease_seconds=job.lease_seconds):
        return
    pause = {"seconds_between_notes": 0.0} if alone else {}
    progress = Progress(run, lease_seconds=job.lease_seconds, **pause)
    with nullcontext() if alone else _heartbeat(progress, every_seconds=job.lease_seconds / 3):
        _work(job, run, progress)


def _begin(run: JobRun, attempts_before: int, *, lease_seconds: int) -> bool:
    """Take the run for this attempt; return False where another attempt has it or it is over."""
    now = timezone.now()
    waiting = JobRun.objects.filter(pk=run.pk, state=JobState.WAITING, attempts=attempts_before)
    begun = waiting.update(
        state=JobState.RUNNING,
        attempts=attempts_before + 1,
        lease_until=now + timedelta(seconds=lease_seconds),
        started_at=run.started_at or now,
    )
    run.refresh_from_db()
    return bool(begun)


def _work(job: Job, run: JobRun, progress: Progress) -> None:
    """Do the work and note its end."""
    try:
        job(progress, **run.arguments)
    except CancelledByPersonError:
        _end(run, JobState.CANCELLED, sentence="Cancelled.")
    except LeaseLostError:
        _log.warning("Attempt %s at job %s was replaced by another.", run.attempts, run.key)
    except DomainError as error:
        # A rule says no: it will say no again, so there is nothing to retry. Its sentence may
        # name people: it stands on the job's page, and the log says where to look.
        _log.warning("Job %s (%s) was refused by a rule.", run.kind, run.key)
        _fail(run, error.message)
    except Exception:  # noqa: BLE001 - here a job's own fault ends, whatever it is
        _retry_or_fail(job, run)
    else:
        if not progress.finished:
            _end(run, JobState.SUCCEEDED)


def _retry_or_fail(job: Job, run: JobRun) -> None:
    """Queue another attempt while the budget lasts; the fault itself goes to the log only."""
    message = _broken(run)
    if run.attempts > job.retries:
        _fail(run, message)
        return
    with transaction.atomic():
        pause = pause_after(run.attempts)
        if _end(run, JobState.WAITING, sentence="Something went wrong: it is tried again soon."):
            queue_attempt(run, not_before=timezone.now() + pause)


def _broken(run: JobRun) -> str:
    """Log the present fault under a new reference, and return the sentence for people."""
    reference = secrets.token_hex(4).upper()
    _log.exception("Job %s (%s) broke, reference %s", run.kind, run.key, reference)
    return (
        f"{title_of(run.kind)}: something went wrong on our side, and nothing half done was kept. "
        f"Ask for it again, or tell your administrator the reference {reference}."
    )


def _fail(run: JobRun, message: str) -> None:
    _end(run, JobState.FAILED, error=message)


def _end(run: JobRun, state: JobState, *, sentence: str | None = None, error: str = "") -> bool:
    """Note how this attempt ended; return False where it is no longer this attempt's run."""
    values: dict[str, object] = {"state": state, "error": error, "lease_until": None}
    if sentence is not None:
        values["sentence"] = sentence
    if state != JobState.WAITING:
        values["finished_at"] = timezone.now()
    mine = JobRun.objects.filter(pk=run.pk, attempts=run.attempts, state=JobState.RUNNING)
    return bool(mine.update(**values))


@contextmanager
def _heartbeat(progress: Progress, *, every_seconds: float) -> Iterator[None]:
    """Renew the lease beside the work, from a thread with a connection of its own."""
    over = threading.Event()

    def beat() -> None:
        try:
            while not over.wait(every_seconds):
                _renew(progress)
        finally:
            connection.close()

    thread = threading.Thread(target=beat, name="retained-heartbeat", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _renew(progress: Progress) -> None:
    """Renew the lease; a database that is busy now is asked again at the next beat."""
    try:
        progress.renew()
    except OperationalError:
        _log.info("The lease of job %s could not be renewed this time.", progress.key)
        connection.close()
