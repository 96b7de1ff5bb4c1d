"""Background work of `strategy`: the draws of a case whenever somebody saves what it says."""

from retained.audit.actors import Actor
from retained.jobs.declared import job
from retained.jobs.models import JobRun
from retained.jobs.progress import Progress
from retained.jobs.queue import enqueue
from retained.shared import clock
from retained.strategy.models import CaseVersion


@job(retries=2, lease_seconds=600, title="Running a business case")
def run_case_job(progress: Progress, *, version_id: int, draws: int, seed: int) -> None:
    """Run a version of a case; nothing happens where that run is kept already."""
    from retained.strategy.commands.case_runs import keep_run  # noqa: PLC0415 - NumPy is slow

    version = CaseVersion.objects.select_related("case").get(pk=version_id)
    progress.report(0, draws, "Drawing")
    keep_run(version, draws=draws, seed=seed, at=clock.now(), tell=progress.report)
    progress.lead_to(f"/cases/{version.case.reference}/")
    progress.report(draws, draws, "Drawn")


def ask_to_run(
    version: CaseVersion, *, by: Actor | None, draws: int | None = None, seed: int | None = None
) -> JobRun:
    """Queue the run of a version, in the transaction of whatever saved it."""
    from retained.strategy.engine.results import DEFAULT_DRAWS, DEFAULT_SEED  # noqa: PLC0415 - same

    return enqueue(
        run_case_job,
        by=by,
        version_id=version.pk,
        draws=draws or DEFAULT_DRAWS,
        seed=DEFAULT_SEED if seed is None else seed,
    )
