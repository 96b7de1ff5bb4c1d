"""Jobs of the whole installation: the record verified day by day, its head kept and mailed."""

from django.conf import settings
from django.urls import reverse

from retained.audit.verifications import check_and_keep
from retained.jobs.declared import job
from retained.jobs.progress import Progress
from retained.jobs.queue import enqueue
from retained.jobs.schedules import daily
from retained.project import commands
from retained.shared import clock


@daily("03:20")
@job(retries=3, lease_seconds=300, title="Verification of the record")
def verify_record(progress: Progress) -> None:
    """Seal and verify the record, keep its head outside the database, and have it mailed."""
    progress.report(0, 1, "Recomputing every link of the chain")
    found = check_and_keep(settings.KEPT_HEADS, by=progress.by, at=clock.now())
    if commands.head_recipients():
        enqueue(mail_head, by=progress.by, verification=found.pk)
    progress.lead_to(reverse("record"))
    progress.report(1, 1, found.sentence)


@job(retries=8, lease_seconds=120, title="Mailing of the record’s head")
def mail_head(progress: Progress, *, verification: int) -> None:
    """Mail what a verification found; a mail server that does not answer is tried again.

    Killed between sending and noting it, the mails go out twice: that does no harm.
    """
    sent = commands.mail_head(verification)
    progress.report(sent, sent, f"Mailed to {sent} people.")
