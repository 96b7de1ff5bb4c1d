"""Queueing jobs: a row for people and a task for workers, in the caller's transaction.

Both vanish with a rolled-back transaction, so work is never begun for what did not happen.
"""

import json
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from retained.audit.record import Actor, SystemActor, keep_label
from retained.jobs.declared import Job
from retained.jobs.models import JobRun
from retained.jobs.tasks import attempt

_FIRST_PAUSE_SECONDS = 10
_LONGEST_PAUSE_SECONDS = 3600


@transaction.atomic
def enqueue(job_function: Job, *, by: Actor | None, **arguments: object) -> JobRun:
    """Queue `job_function` with `arguments` on behalf of `by` (None: the product itself).

    Raises TypeError for arguments that another process could not read back as they are.
    """
    if json.loads(json.dumps(arguments)) != arguments:
        raise TypeError("A job takes plain values: pass keys of rows, and dates as text.")
    asker = by or SystemActor("jobs")
    keep_label(asker.actor_key, asker.actor_label)
    run = JobRun.objects.create(
        kind=job_function.path,
        arguments=arguments,
        created_by_key=asker.actor_key,
        created_at=timezone.now(),
    )
    queue_attempt(run)
    return run


def queue_attempt(run: JobRun, *, not_before: datetime | None = None) -> None:
    """Queue the next attempt of `run`: a task that starts nothing if another one was faster."""
    task = attempt.using(run_after=not_before).enqueue(run.pk, run.attempts)
    run.task_id = task.id
    run.save(update_fields=["task_id"])


def pause_after(attempts: int) -> timedelta:
    """Return how long to wait after so many attempts: 10 s, 20 s, 40 s ... at most an hour."""
    seconds = _FIRST_PAUSE_SECONDS * 2 ** min(attempts - 1, 20)
    return timedelta(seconds=min(seconds, _LONGEST_PAUSE_SECONDS))
