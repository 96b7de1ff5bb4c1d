"""Background work of evidence."""

from retained.evidence import commands, wholeness
from retained.evidence.models import ImportRun, Source
from retained.jobs.declared import job
from retained.jobs.progress import Progress
from retained.shared import clock


@job(retries=3, lease_seconds=300, title="Import of a file")
def import_file(progress: Progress, *, import_id: int) -> None:
    """Read one confirmed file into a batch."""
    run = ImportRun.objects.select_related("file", "mapping__source").get(pk=import_id)
    progress.lead_to(f"/evidence/imports/{run.pk}/")
    commands.read_import(run, progress=progress, at=clock.now())


@job(retries=3, lease_seconds=600, title="A look at new evidence")
def look_at_source(progress: Progress, *, source_id: int) -> None:
    """See whether a source's evidence is whole, so that its page need not read every row."""
    wholeness.look_at(Source.objects.get(pk=source_id))
    progress.report(1, 1, "Looked at")
