"""Proofs that the present installation is whole: its record, its uploads, its evidence."""

from retained.audit.chain import Head, verify
from retained.evidence.batch_files import count_rows
from retained.evidence.models import Batch
from retained.files.models import StoredFile
from retained.files.storing import is_unchanged
from retained.shared.errors import DomainError


def prove(head: Head | None) -> list[str]:
    """Return what was proved, a sentence each; raises DomainError where it is not."""
    verdict = verify(head)
    if not verdict.whole:
        places = "\n".join(f"  {fault.sentence}" for fault in verdict.faults[:10])
        raise DomainError(f"{verdict.sentence}\n{places}")
    return [verdict.sentence, _uploads(), _evidence()]


def _uploads() -> str:
    """Hash every upload."""
    count = 0
    for file in StoredFile.objects.order_by("id").iterator():
        if not is_unchanged(file):
            raise DomainError(
                f"The upload “{file.original_name}” ({file.key}) is missing or was changed."
            )
        count += 1
    return f"Each of {count:,} uploads is there, with its hash."


def _evidence() -> str:
    """Count the rows of every batch; what they say is proved by the upload that they are of."""
    count = 0
    for batch in Batch.objects.order_by("id").select_related("source").iterator():
        if count_rows(batch.path) != batch.rows_staged:
            raise DomainError(f"The rows of {batch} ({batch.folder}) are missing or were changed.")
        count += 1
    return f"Each of {count:,} batches of evidence has all its rows."
