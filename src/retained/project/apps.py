"""The Django application `project`."""

from django.apps import AppConfig


class ProjectConfig(AppConfig):
    """Registers `retained.project`."""

    name = "retained.project"
    label = "project"
