"""Background work of living cases: a signed case re-run whenever what came true has changed."""

from retained.audit.actors import Actor
from retained.jobs.declared import job
from retained.jobs.models import JobRun
from retained.jobs.progress import Progress
from retained.jobs.queue import enqueue
from retained.shared import clock
from retained.shared.months import Month
from retained.strategy.models import BusinessCase


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
