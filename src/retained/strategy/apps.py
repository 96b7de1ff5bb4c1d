"""The Django application `strategy`."""

from django.apps import AppConfig

from retained.pages import navigation, search
from retained.pages.navigation import NavItem


class StrategyConfig(AppConfig):
    """Registers `retained.strategy`."""

    name = "retained.strategy"
    label = "strategy"

    def ready(self) -> None:
        """Put business cases where they are found, and where they need somebody."""
        from retained.pages import needs  # noqa: PLC0415 - tables are ready only now
        from retained.strategy import found  # noqa: PLC0415 - the same

        navigation.register(
            NavItem("decide", "Business cases", "cases", "scale", "read_cases", order=2)
        )
        search.register(found.cases_found)
        needs.register(found.signature_needs)
