"""Pages of background work: how far a job is, and cancelling it."""

import uuid

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from retained.directory.access import may
from retained.jobs import access, commands, queries
from retained.pages.request import Request, is_fragment
from retained.shared import clock


@never_cache
@require_safe
def job_progress(request: Request, job: uuid.UUID) -> HttpResponse:
    """Show how far a job is: a page of its own, or the part of a page that asks for it anew."""
    sees_all = may(request.person, "see_all_jobs")
    run = access.run_to_see(request.person, job, sees_all=sees_all)
    template = "pages/progress.html" if is_fragment(request) else "job_progress.html"
    return render(request, template, {"progress": queries.progress_of(run), "job": run.key})


@require_POST
def job_cancel(request: Request, job: uuid.UUID) -> HttpResponse:
    """Cancel a job: at once if it waits, at its next step if it runs."""
    sees_all = may(request.person, "see_all_jobs")
    run = access.run_to_see(request.person, job, sees_all=sees_all)
    commands.cancel(run, by=request.person, at=clock.now())
    return redirect("job_progress", job)
