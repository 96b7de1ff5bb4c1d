"""What people do with background work: cancel it, try it again, put a failure aside."""

from datetime import datetime

from django.db import transaction

from retained.audit.actors import Actor
from retained.audit.record import record
from retained.jobs.declared import is_known, title_of
from retained.jobs.models import JobRun, JobState
from retained.jobs.queue import queue_attempt
from retained.shared.errors import DomainError


@transaction.atomic
def cancel(run: JobRun, *, by: Actor, at: datetime) -> bool:
    """Cancel waiting work at once, and running work at its next report.

    Return whether there was anything left to cancel.
    """
    waiting = JobRun.objects.filter(pk=run.pk, state=JobState.WAITING)
    stopped = waiting.update(state=JobState.CANCELLED, finished_at=at, sentence="Cancelled.")
    if not stopped:
        running = JobRun.objects.filter(pk=run.pk, state=JobState.RUNNING, cancel_asked=False)
        stopped = running.update(cancel_asked=True)
    if stopped:
        record("cancelled", ("job", str(run.key), title_of(run.kind)), by=by, at=at)
    return bool(stopped)


@transaction.atomic
def retry(run: JobRun, *, by: Actor, at: datetime) -> JobRun:
    """Try work again that failed or was cancelled, for whoever asked for it first.

    A job is idempotent: what it did before it broke is not done twice.
    """
    if not is_known(run.kind):
        raise DomainError(
            "This version of Retained does not know this work any more: ask for it on its page."
        )
    over = JobRun.objects.filter(pk=run.pk, state__in=[JobState.FAILED, JobState.CANCELLED])
    begun = over.update(
        state=JobState.WAITING,
        error="",
        sentence="It is tried again.",
        cancel_asked=False,
        done=0,
        finished_at=None,
        dismissed_at=None,
    )
    if not begun:
        raise DomainError("Only work that failed or was cancelled can be tried again.")
    run.refresh_from_db()
    queue_attempt(run)
    record("retried", ("job", str(run.key), title_of(run.kind)), by=by, at=at)
    return run


@transaction.atomic
def dismiss(run: JobRun, *, by: Actor, at: datetime) -> JobRun:
    """Put a failure aside that needs nothing more; it stays in the list and counts no longer."""
    failed = JobRun.objects.filter(pk=run.pk, state=JobState.FAILED, dismissed_at=None)
    if not failed.update(dismissed_at=at):
        raise DomainError("Only work that failed, and was not put aside yet, can be put aside.")
    run.refresh_from_db()
    record("dismissed", ("job", str(run.key), title_of(run.kind)), by=by, at=at)
    return run
