"""Jobs of the house itself: sealing the record, and forgetting what the queue did long ago."""

from datetime import timedelta

from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from retained.audit import chain
from retained.jobs.declared import job
from retained.jobs.models import FINISHED, JobRun, ScheduledRun, WorkerSign
from retained.jobs.progress import Progress
from retained.jobs.schedules import daily, every
from retained.shared import clock

_KEPT = timedelta(days=90)
_SIGNS_KEPT = timedelta(days=1)


@every(minutes=1)
@job(title="Sealing of the record")
def seal_record(progress: Progress) -> None:
    """Chain the entries written since the last time."""
    sealed = chain.seal(clock.now())
    progress.report(sealed, sealed, f"{sealed} entries sealed.")


@daily("03:10")
@job(title="Clearing of the queue")
def clear_queue(progress: Progress) -> None:
    """Forget finished work of more than 90 days ago; what it did stands in the record."""
    before = timezone.now() - _KEPT
    ScheduledRun.objects.filter(due_at__lt=before).delete()
    JobRun.objects.filter(state__in=FINISHED, finished_at__lt=before).delete()
    DBTaskResult.objects.filter(finished_at__lt=timezone.now() - _SIGNS_KEPT).delete()
    WorkerSign.objects.filter(seen_at__lt=timezone.now() - _SIGNS_KEPT).delete()
    progress.report(1, 1)
