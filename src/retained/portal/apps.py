"""The Django application `portal`."""

from django.apps import AppConfig

from retained.pages import navigation
from retained.pages import needs as pages_needs
from retained.pages.navigation import NavItem


class PortalConfig(AppConfig):
    """Registers `retained.portal`."""

    name = "retained.portal"
    label = "portal"

    def ready(self) -> None:
        """Put the provider's statements into its navigation and its list of what to do."""
        from retained.portal import needs  # noqa: PLC0415 - tables are ready only now

        navigation.register(
            NavItem("run", "Statements", "portal_statements", "file-text", "read_statements")
        )
        pages_needs.register(needs.needs)
