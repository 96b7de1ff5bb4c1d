"""Taking back work whose worker died: killed, switched off, or cut from the database."""

import logging
import uuid
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from retained.jobs.declared import declared_job, title_of
from retained.jobs.models import FINISHED, JobRun, JobState
from retained.jobs.queue import pause_after, queue_attempt

_log = logging.getLogger("retained.jobs")

# From a worker's claim to the beginning of the attempt there is one statement.
_CLAIM_SECONDS = 60
_CLOSED = (TaskResultStatus.FAILED, TaskResultStatus.SUCCESSFUL)


def recover(at: datetime) -> int:
    """Queue anew, or fail, what no living worker holds any more; return how many runs.

    Safe to call by many workers at once: each change names the state that it found.
    """
    taken_back = sum(_take_back(run, at) for run in _lapsed(at))
    taken_back += sum(_queue_anew(run) for run in _never_begun(at))
    _close_tasks_of_finished_runs(at)
    return taken_back


def _lapsed(at: datetime) -> list[JobRun]:
    """Return the runs whose worker stopped renewing the lease."""
    return list(JobRun.objects.filter(state=JobState.RUNNING, lease_until__lt=at).order_by("id"))


def _never_begun(at: datetime) -> list[JobRun]:
    """Return waiting runs whose task was claimed and dropped, or is gone."""
    claimed_until = at - timedelta(seconds=_CLAIM_SECONDS)
    alive = Q(status=TaskResultStatus.READY) | Q(
        status=TaskResultStatus.RUNNING, started_at__gte=claimed_until
    )
    tasks = DBTaskResult.objects.filter(alive).values("id")
    return list(
        JobRun.objects.filter(state=JobState.WAITING).exclude(task_id__in=tasks).order_by("id")
    )


@transaction.atomic
def _take_back(run: JobRun, at: datetime) -> bool:
    """Give a lapsed run its next attempt, or end it where its attempts are used up."""
    found = JobRun.objects.filter(
        pk=run.pk, state=JobState.RUNNING, attempts=run.attempts, lease_until=run.lease_until
    )
    if run.attempts > _retries(run):
        error = (
            f"{title_of(run.kind)}: it was interrupted {run.attempts} times and given up. "
            "Nothing half done was kept. Ask for it again, or tell your administrator."
        )
        values = {"state": JobState.FAILED, "finished_at": at, "error": error}
        taken = found.update(lease_until=None, **values)
        _log.error(
            "Job %s (%s) was given up: interrupted %s times.", run.kind, run.key, run.attempts
        )
    else:
        sentence = "It was interrupted and starts again."
        taken = found.update(state=JobState.WAITING, lease_until=None, sentence=sentence)
        if taken:
            close_task(run.task_id, at)
            # The first interruption is a restart, most often: then nobody should wait.
            pause = pause_after(run.attempts) if run.attempts > 1 else timedelta(0)
            queue_attempt(run, not_before=at + pause)
    return bool(taken)


@transaction.atomic
def _queue_anew(run: JobRun) -> bool:
    """Queue another task for the same attempt: of two tasks only one can begin it."""
    waiting = JobRun.objects.select_for_update().filter(
        pk=run.pk, state=JobState.WAITING, attempts=run.attempts, task_id=run.task_id
    )
    found = waiting.first()
    if found:
        queue_attempt(found)
    return found is not None


def _retries(run: JobRun) -> int:
    """Return how often the job may be tried again; one that is gone not at all."""
    try:
        return declared_job(run.kind).retries
    except ImportError:
        return 0


def close_task(task_id: uuid.UUID | None, at: datetime) -> None:
    """Let the queue forget a task: its worker died, or its run is done without a worker."""
    tasks = DBTaskResult.objects.exclude(status__in=_CLOSED)
    tasks.filter(id__in=[task_id]).update(status=TaskResultStatus.FAILED, finished_at=at)


def _close_tasks_of_finished_runs(at: datetime) -> None:
    """Close tasks whose worker died after the work was done and before it said so."""
    finished = JobRun.objects.filter(state__in=FINISHED).values("task_id")
    DBTaskResult.objects.filter(
        id__in=finished,
        status=TaskResultStatus.RUNNING,
        started_at__lt=at - timedelta(seconds=_CLAIM_SECONDS),
    ).update(status=TaskResultStatus.SUCCESSFUL, finished_at=at)
