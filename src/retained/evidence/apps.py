"""The Django application `evidence`."""

from django.apps import AppConfig


class EvidenceConfig(AppConfig):
    """Registers `retained.evidence`."""

    name = "retained.evidence"
    label = "evidence"
