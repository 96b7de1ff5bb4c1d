"""The Django application `pages`."""

from django.apps import AppConfig


class PagesConfig(AppConfig):
    """Registers `retained.pages`."""

    name = "retained.pages"
    label = "pages"
