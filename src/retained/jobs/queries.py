"""Reading background work: typed rows ready for a page."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse

from retained.audit.models import ActorLabel
from retained.jobs.declared import is_known, title_of
from retained.jobs.models import FINISHED, JobRun, JobState, WorkerSign

_TO_MEND = "to_mend"
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


@dataclass(frozen=True, slots=True)
class JobRow:
    """One job in a list: what it is, where it stands, who asked, and what may be done."""

    key: UUID
    title: str
    state: str
    state_words: str
    asked_by: str
    asked_at: datetime
    finished_at: datetime | None
    attempts: int
    sentence: str
    is_dismissed: bool
    may_retry: bool
    may_dismiss: bool


def chosen_runs(runs: QuerySet[JobRun], chosen: Mapping[str, str]) -> QuerySet[JobRun]:
    """Return jobs as `chosen`; the state “to_mend” are failures that nobody has put aside.

    Routine (what the clock asked for, and what went well) is left out unless `routine` says all.
    """
    state = chosen.get("state", "")
    if chosen.get("routine") != "all":
        runs = runs.exclude(created_by_key__startswith="system:", state=JobState.SUCCEEDED)
    if state == _TO_MEND:
        return runs.filter(state=JobState.FAILED, dismissed_at=None)
    return runs.filter(state=state) if state else runs


def job_rows(runs: Sequence[JobRun]) -> list[JobRow]:
    """Return jobs as they are listed; all names in one query."""
    keys = {run.created_by_key for run in runs}
    labels = dict(ActorLabel.objects.filter(actor_key__in=keys).values_list("actor_key", "label"))
    return [_row(run, labels.get(run.created_by_key, run.created_by_key)) for run in runs]


def failures_since(moment: datetime) -> int:
    """Return how many jobs asked for since then failed and were not put aside."""
    failed = chosen_runs(JobRun.objects.all(), {"state": _TO_MEND})
    return failed.filter(created_at__gte=moment).count()


def _row(run: JobRun, asked_by: str) -> JobRow:
    has_failed = run.state == JobState.FAILED
    is_dismissed = run.dismissed_at is not None
    return JobRow(
        key=run.key,
        title=title_of(run.kind),
        state=run.state,
        state_words="failed, put aside" if is_dismissed else run.get_state_display(),
        asked_by=asked_by,
        asked_at=run.created_at,
        finished_at=run.finished_at,
        attempts=run.attempts,
        sentence=run.error or run.sentence,
        is_dismissed=is_dismissed,
        may_retry=run.state in {JobState.FAILED, JobState.CANCELLED} and is_known(run.kind),
        may_dismiss=has_failed and not is_dismissed,
    )
