"""The Django application `directory`."""

from django.apps import AppConfig


class DirectoryConfig(AppConfig):
    """Registers `retained.directory`."""

    name = "retained.directory"
    label = "directory"
