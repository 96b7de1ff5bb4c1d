"""The Django application `jobs`."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class JobsConfig(AppConfig):
    """Registers `retained.jobs`, and finds the jobs and schedules of every stage."""

    name = "retained.jobs"
    label = "jobs"

    def ready(self) -> None:
        """Import each stage's `jobs.py`, where its schedules are declared."""
        autodiscover_modules("jobs")
