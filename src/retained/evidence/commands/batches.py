"""Taking batches out of the figures, and clearing what no batch ever was."""

from datetime import datetime, timedelta

from django.db import transaction

from retained.audit.record import Actor, record
from retained.evidence import batch_files
from retained.evidence.models import Batch
from retained.shared.errors import DomainError

# No import lasts as long: what is younger may still be on its way.
_LEFT_AFTER = timedelta(hours=24)


@transaction.atomic
def withdraw_batch(batch: Batch, *, reason: str, by: Actor, at: datetime) -> Batch:
    """Take a batch out of the figures; its rows and its place in the record stay."""
    batch = Batch.objects.select_for_update().select_related("source").get(pk=batch.pk)
    if batch.withdrawn_at is not None:
        raise DomainError(f"Batch {batch.number} is withdrawn already.")
    if not reason.strip():
        raise DomainError("Say why: the reason stands beside the batch from now on.")
    take_out(batch, reason.strip(), by=by, at=at)
    return batch


def take_out(batch: Batch, reason: str, *, by: Actor, at: datetime) -> None:
    """Let a batch count no more, inside the caller's transaction."""
    batch.withdrawn_at = at
    batch.withdrawn_by_key = by.actor_key
    batch.withdrawal_reason = reason[:500]
    batch.save()
    record("withdrawn", batch, by=by, at=at, reason=reason)


def clear_left_over(at: datetime) -> int:
    """Remove folders older than a day that belong to no batch; return how many.

    `at` is real time: the age of a folder is told by the disk's clock.
    """
    found = batch_files.folders_before(at - _LEFT_AFTER)
    names = [folder.name for folder in found]
    known = set(Batch.objects.filter(folder__in=names).values_list("folder", flat=True))
    left = [folder for folder in found if folder.name not in known]
    for folder in left:
        batch_files.discard(folder)
    return len(left)
