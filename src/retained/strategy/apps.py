"""The Django application `strategy`."""

from django.apps import AppConfig

from retained.pages import navigation, needs, search
from retained.pages.navigation import NavItem


class StrategyConfig(AppConfig):
    """Registers `retained.strategy`."""

    name = "retained.strategy"
    label = "strategy"

    def ready(self) -> None:
        """Put the portfolio and business cases where they are found, and need somebody."""
        from retained.strategy import found  # noqa: PLC0415 - tables are ready only now

        for item in (
            NavItem("decide", "IT functions", "functions", "stack-2", "read_functions", order=1),
            NavItem("decide", "Business cases", "cases", "scale", "read_cases", order=2),
            NavItem("decide", "Rate cards", "rate_cards", "credit-card", "read_cases", order=4),
            NavItem("decide", "Business functions", "business_functions", "building-bank",
                    "read_functions", order=3),
        ):  # fmt: skip
            navigation.register(item)
        search.register(found.functions_found)
        search.register(found.cases_found)
        search.register(found.rate_cards_found)
        needs.register(found.signature_needs)
        needs.register(found.confirmation_needs)
        needs.register(found.actuals_needs)
