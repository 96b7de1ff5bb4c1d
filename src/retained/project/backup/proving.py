"""Proofs that the present installation is whole: its record, and each file that a row names."""

from retained.audit.chain import Head, verify
from retained.files.models import StoredFile
from retained.files.storing import is_unchanged
from retained.shared.errors import DomainError


def prove(head: Head | None) -> list[str]:
    """Return what was proved, a sentence each; raises DomainError where it is not."""
    verdict = verify(head)
    if not verdict.whole:
        places = "\n".join(f"  {fault.sentence}" for fault in verdict.faults[:10])
        raise DomainError(f"{verdict.sentence}\n{places}")
    return [verdict.sentence, _uploads()]


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
