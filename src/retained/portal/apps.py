"""The Django application `portal`."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """Registers `retained.portal`."""

    name = "retained.portal"
    label = "portal"
