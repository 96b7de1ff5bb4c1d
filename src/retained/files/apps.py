"""The Django application `files`."""

from django.apps import AppConfig


class FilesConfig(AppConfig):
    """Registers `retained.files`."""

    name = "retained.files"
    label = "files"
