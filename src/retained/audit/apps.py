"""The Django application `audit`."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """Registers `retained.audit`."""

    name = "retained.audit"
    label = "audit"
