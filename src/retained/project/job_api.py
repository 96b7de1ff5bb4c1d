"""Background jobs as JSON: all of them for administrators, one's own for everybody."""

import uuid
from datetime import datetime
from typing import Annotated, Any

from ninja import Router, Schema
from pydantic import Field

from retained.directory.access import may, must
from retained.jobs import access, commands, queries
from retained.jobs.models import JobRun
from retained.pages.request import Request
from retained.shared import clock

router = Router(tags=["jobs"])

Limit = Annotated[int, Field(ge=1, le=500)]


class JobOut(Schema):
    """A job: its state, who asked, how often it was tried, and what it says."""

    key: uuid.UUID
    title: str
    state: str
    asked_by: str
    asked_at: datetime
    finished_at: datetime | None
    attempts: int
    sentence: str
    is_dismissed: bool
    may_retry: bool


class JobPage(Schema):
    """Some jobs; `next` is what to send as `after` for those that follow."""

    items: list[JobOut]
    next: int | None


@router.get("/jobs", response=JobPage, url_name="jobs", summary="List background jobs")
def jobs(
    request: Request, state: str = "", routine: str = "", after: int = 0, limit: Limit = 100
) -> Any:
    """Return jobs, the newest first; the state “to_mend” are failures not put aside.

    What the clock asked for and went well is left out, unless `routine` is “all”.
    """
    must(request.person, "see_all_jobs")
    chosen = {"state": state, "routine": routine}
    runs = queries.chosen_runs(access.runs_to_see(request.person, sees_all=True), chosen)
    found = list((runs.filter(pk__lt=after) if after else runs).order_by("-pk")[: limit + 1])
    items = found[:limit]
    more = items[-1].pk if len(found) > limit else None
    return {"items": queries.job_rows(items), "next": more}


@router.get("/jobs/{job}", response=JobOut, url_name="job", summary="How far a job is")
def job(request: Request, job: uuid.UUID) -> Any:
    """Return one job: of oneself, for administrators of anybody."""
    return _shown(_run(request, job))


@router.post("/jobs/{job}/retry", response=JobOut, url_name="job_retry", summary="Try a job again")
def retry(request: Request, job: uuid.UUID) -> Any:
    """Try a failed or cancelled job again, for whoever asked for it."""
    must(request.person, "see_all_jobs")
    return _shown(commands.retry(_run(request, job), by=request.person, at=clock.now()))


@router.post(
    "/jobs/{job}/dismiss", response=JobOut, url_name="job_dismiss", summary="Put a failure aside"
)
def dismiss(request: Request, job: uuid.UUID) -> Any:
    """Put a failure aside: it counts no longer."""
    must(request.person, "see_all_jobs")
    return _shown(commands.dismiss(_run(request, job), by=request.person, at=clock.now()))


def _run(request: Request, key: uuid.UUID) -> JobRun:
    sees_all = may(request.person, "see_all_jobs")
    return access.run_to_see(request.person, key, sees_all=sees_all)


def _shown(run: JobRun) -> queries.JobRow:
    [row] = queries.job_rows([run])
    return row
