"""The Django application `jobs`."""

from django.apps import AppConfig


class JobsConfig(AppConfig):
    """Registers `retained.jobs`."""

    name = "retained.jobs"
    label = "jobs"
