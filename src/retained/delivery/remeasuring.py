"""What makes figures old: new or withdrawn evidence, new terms. Each has them measured anew.

Listening to the tables keeps the order of the rooms: evidence and contracts know nothing of
delivery. The work is queued in the transaction that changed the row, and vanishes with it.
"""

from typing import Any

from django.db.models.signals import post_save

from retained.contracts.models import AgreementVersion
from retained.delivery.jobs import ask_to_measure, measure_source_job
from retained.evidence.models import Batch
from retained.jobs.queue import enqueue


def connect() -> None:
    """Begin to listen, once for each table."""
    post_save.connect(_evidence_changed, sender=Batch, dispatch_uid="delivery: evidence")
    post_save.connect(_terms_changed, sender=AgreementVersion, dispatch_uid="delivery: terms")


def _evidence_changed(*, instance: Batch, **_signal: Any) -> None:
    """Measure what names the source of a batch that came or was withdrawn."""
    enqueue(measure_source_job, by=None, source_id=instance.source_id)


def _terms_changed(*, instance: AgreementVersion, created: bool, **_signal: Any) -> None:
    """Measure an agreement whose terms got another version."""
    if created:
        ask_to_measure(instance.agreement_id, by=None)
