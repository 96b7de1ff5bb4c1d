"""Reading background work: typed rows ready for a page."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.urls import reverse

from retained.jobs.declared import title_of
from retained.jobs.models import FINISHED, JobRun, JobState, WorkerSign

_ALIVE_WITHIN = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class ShownProgress:
    """How far a job is: what `pages/progress.html` shows. `url` gives it anew until it is over."""

    title: str
    done: int
    total: int
    sentence: str
    url: str
    state: str
    is_over: bool
    next_url: str
    next_label: str


def progress_of(run: JobRun) -> ShownProgress:
    """Return how far `run` is, in the words that people see."""
    waits = run.state == JobState.WAITING and not run.sentence
    return ShownProgress(
        title=title_of(run.kind),
        done=run.total if run.state == JobState.SUCCEEDED else run.done,
        total=run.total,
        sentence="It waits for its turn." if waits else run.error or run.sentence,
        url=reverse("job_progress", args=[run.key]),
        state=run.state,
        is_over=run.state in FINISHED,
        next_url=run.leads_to if run.state in FINISHED else "",
        next_label="Open the result" if run.state == JobState.SUCCEEDED else "See how to go on",
    )


def progress_by_key(keys: Iterable[UUID | None]) -> dict[UUID | None, ShownProgress]:
    """Return how far each of some jobs is: one query for all; those long forgotten are left out."""
    runs = JobRun.objects.filter(key__in=[key for key in keys if key is not None])
    return {run.key: progress_of(run) for run in runs}


def last_sign_of_a_worker() -> datetime | None:
    """Return when a worker last gave a sign of life."""
    return WorkerSign.objects.order_by("-seen_at").values_list("seen_at", flat=True).first()


def worker_is_alive(at: datetime) -> bool:
    """Return whether a worker gave a sign of life within two minutes of `at` (real time).

    A worker that is busy with one long job for longer renews that job's lease instead.
    """
    recently = WorkerSign.objects.filter(seen_at__gte=at - _ALIVE_WITHIN)
    busy = JobRun.objects.filter(state=JobState.RUNNING, lease_until__gte=at)
    return recently.exists() or busy.exists()
