"""Pages of background work: all of it, how far one is, cancelling, trying again, putting aside."""

import uuid
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import resolve, reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from retained.directory.access import may, may_open, must
from retained.directory.models import Person
from retained.jobs import access, commands, queries
from retained.jobs.models import JobRun, JobState
from retained.jobs.queries import JobRow, ShownProgress
from retained.pages.request import Request, is_fragment
from retained.pages.sources import QuerySource
from retained.pages.tables import Column, Filter, Sort, Table, respond
from retained.shared import clock


@never_cache
@require_safe
def jobs(request: Request) -> HttpResponseBase:
    """Show all background work, the newest first; failures say what went wrong."""
    must(request.person, "see_all_jobs")
    runs = access.runs_to_see(request.person, sees_all=True)

    def source(chosen: Mapping[str, str]) -> QuerySource[JobRun]:
        return QuerySource(queries.chosen_runs(runs, chosen), queries.job_rows)

    return respond(request, _table(source), "jobs.html", {})


def _table(source: Any) -> Table:
    states = [("to_mend", "failed, to mend"), *JobState.choices]
    return Table(
        key="jobs",
        caption="Background jobs",
        columns=(
            Column("asked_at", "Asked", "moment", sort="id"),
            Column("title", "What", link=_page_of),
            Column("state_words", "State"),
            Column("asked_by", "Who asked"),
            Column("attempts", "Attempts", "number"),
            Column("sentence", "What it says"),
            Column("finished_at", "Over", "moment"),
        ),
        source=source,
        sort=Sort("id", falling=True),
        filters=(
            Filter("state", "State", states),
            Filter("routine", "Routine", [("none", "left out"), ("all", "shown too")], "none"),
        ),
        empty_title="No job here",
        empty_text="Imports, measurements and packs stand here from the moment they are asked for.",
    )


def _page_of(row: JobRow) -> str:
    return reverse("job_progress", args=[row.key])


@never_cache
@require_safe
def job_progress(request: Request, job: uuid.UUID) -> HttpResponse:
    """Show how far a job is: a page of its own, or the part of a page that asks for it anew."""
    sees_all = may(request.person, "see_all_jobs")
    run = access.run_to_see(request.person, job, sees_all=sees_all)
    template = "pages/progress.html" if is_fragment(request) else "job_progress.html"
    progress = _without_dead_end(queries.progress_of(run), request.person)
    context: dict[str, Any] = {"progress": progress, "job": run.key}
    if sees_all and not is_fragment(request):
        [context["row"]] = queries.job_rows([run])
    return render(request, template, context)


def _without_dead_end(progress: ShownProgress, person: Person) -> ShownProgress:
    """Leave out the way to a result that the reader's roles do not open."""
    if not progress.next_url:
        return progress
    page = resolve(urlsplit(progress.next_url).path)
    is_open = may_open(person, page.url_name or "")
    return progress if is_open else replace(progress, next_url="", next_label="")


@require_POST
def job_cancel(request: Request, job: uuid.UUID) -> HttpResponse:
    """Cancel a job: at once if it waits, at its next step if it runs."""
    sees_all = may(request.person, "see_all_jobs")
    run = access.run_to_see(request.person, job, sees_all=sees_all)
    commands.cancel(run, by=request.person, at=clock.now())
    return redirect("job_progress", job)


@require_POST
def job_retry(request: Request, job: uuid.UUID) -> HttpResponse:
    """Try a failed or cancelled job again."""
    must(request.person, "see_all_jobs")
    run = access.run_to_see(request.person, job, sees_all=True)
    commands.retry(run, by=request.person, at=clock.now())
    return redirect("job_progress", job)


@require_POST
def job_dismiss(request: Request, job: uuid.UUID) -> HttpResponse:
    """Put a failed job aside."""
    must(request.person, "see_all_jobs")
    run = access.run_to_see(request.person, job, sees_all=True)
    commands.dismiss(run, by=request.person, at=clock.now())
    messages.success(request, "The failure is put aside: it does not count any more.")
    return redirect("jobs")
