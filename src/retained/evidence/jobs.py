"""Background work of evidence."""

from django.utils import timezone

from retained.evidence.commands import batches, importing
from retained.evidence.models import ImportRun
from retained.jobs.declared import job
from retained.jobs.progress import Progress
from retained.jobs.schedules import daily
from retained.shared import clock


@job(retries=3, lease_seconds=300, title="Import of a file")
def import_file(progress: Progress, *, import_id: int) -> None:
    """Read one confirmed file into a batch."""
    run = ImportRun.objects.select_related("file", "mapping__source").get(pk=import_id)
    progress.lead_to(f"/evidence/imports/{run.pk}/")
    importing.read_import(run, progress=progress, at=clock.now())


@daily("03:40")
@job(title="Clearing of left-over evidence")
def clear_left_over_batches(progress: Progress) -> None:
    """Remove what killed imports left behind."""
    cleared = batches.clear_left_over(timezone.now())
    progress.report(cleared, cleared, f"{cleared} left-over folders removed.")
