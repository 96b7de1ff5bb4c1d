"""Jobs of the file room."""

from django.utils import timezone

from retained.files.clearing import clear_orphans
from retained.jobs.declared import job
from retained.jobs.progress import Progress
from retained.jobs.schedules import daily


@daily("03:30")
@job(title="Clearing of left-over files")
def clear_left_over_files(progress: Progress) -> None:
    """Remove what killed or undone uploads left behind."""
    cleared = len(clear_orphans(timezone.now()))
    progress.report(cleared, cleared, f"{cleared} left-over files removed.")
