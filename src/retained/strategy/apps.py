"""The Django application `strategy`."""

from django.apps import AppConfig

from retained.pages import navigation, search
from retained.pages.navigation import NavItem


class StrategyConfig(AppConfig):
    """Registers `retained.strategy`."""

    name = "retained.strategy"
    label = "strategy"

    def ready(self) -> None:
        """Put the portfolio where it is found."""
        from retained.strategy import found  # noqa: PLC0415 - tables are ready only now

        navigation.register(
            NavItem("decide", "IT functions", "functions", "stack-2", "read_functions", order=1)
        )
        navigation.register(
            NavItem("decide", "Business functions", "business_functions", "building-bank",
                    "read_functions", order=2)
        )  # fmt: skip
        search.register(found.functions_found)
