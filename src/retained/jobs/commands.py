"""What people do with background work: cancel it."""

from datetime import datetime

from django.db import transaction

from retained.audit.actors import Actor
from retained.audit.record import record
from retained.jobs.declared import title_of
from retained.jobs.models import JobRun, JobState


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
