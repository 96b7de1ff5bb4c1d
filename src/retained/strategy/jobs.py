"""Background work of `strategy`: cases run when saved, re-run when more came true, and monthly.

All of it stands in this file: schedules are found in the `jobs.py` of a stage and nowhere else.
"""

from retained.audit.actors import Actor, SystemActor
from retained.jobs.declared import job
from retained.jobs.models import JobRun
from retained.jobs.progress import Progress
from retained.jobs.queue import enqueue
from retained.jobs.schedules import monthly
from retained.shared import clock
from retained.shared.months import Month
from retained.strategy.models import BusinessCase, CaseVersion


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


@job(retries=2, lease_seconds=600, title="Re-running a case with what came true")
def rerun_case_job(progress: Progress, *, case_id: int, through: str) -> None:
    """Re-run a signed case; nothing happens where that run is kept, or nothing is known yet."""
    from retained.strategy.commands.reruns import keep_rerun  # noqa: PLC0415 - NumPy is slow
    from retained.strategy.queries.living import is_known  # noqa: PLC0415 - the same

    case = BusinessCase.objects.select_related("baseline").get(pk=case_id)
    if not is_known(case):
        progress.report(1, 1, "Nothing came true yet.")
        return
    progress.report(0, 1, "Drawing")
    month = Month.parse(through) if through else None
    keep_rerun(case, through=month, at=clock.now(), tell=progress.report)
    progress.lead_to(f"/cases/{case.reference}/living/")
    progress.report(1, 1, "Re-run")


def ask_to_rerun(case: BusinessCase, *, by: Actor | None, through: Month | None = None) -> JobRun:
    """Queue the re-run of a case, in the transaction of whatever changed what came true."""
    month = str(through) if through else ""
    return enqueue(rerun_case_job, by=by, case_id=case.pk, through=month)


@monthly(5, "04:10")
@job(retries=3, lease_seconds=600, title="Re-running signed cases each month")
def rerun_signed_cases(progress: Progress) -> None:
    """Have each signed case re-run whose term goes on, on the fifth: books are closed by then."""
    from retained.strategy.queries.months import cases_to_rerun, month_ended  # noqa: PLC0415 - same

    month = month_ended(clock.now())
    due = cases_to_rerun(month)
    for done, case in enumerate(due, start=1):
        enqueue(monthly_rerun_job, by=SystemActor("schedule"), case_id=case.pk, month=str(month))
        progress.report(done, len(due), f"{done} of {len(due)} cases")


@job(retries=3, lease_seconds=600, title="Re-running a case for its month")
def monthly_rerun_job(progress: Progress, *, case_id: int, month: str) -> None:
    """Re-run a case on what is known, and note what of the month was missing; once a month."""
    from retained.strategy.commands.months import note_month, rerun_for_month  # noqa: PLC0415 - same

    case = BusinessCase.objects.select_related("baseline").get(pk=case_id)
    if case.monthly_reruns.filter(month=month).exists():
        progress.report(1, 1, "It was re-run for this month already.")
        return
    progress.report(0, 1, "Drawing")
    found = rerun_for_month(case, Month.parse(month), at=clock.now(), tell=progress.report)
    progress.lead_to(f"/cases/{case.reference}/living/")
    with progress.finishing(found.sentence):
        note_month(case, found, by=progress.by, at=clock.now())
