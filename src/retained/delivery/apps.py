"""The Django application `delivery`."""

from django.apps import AppConfig

from retained.pages import navigation, needs, overview, search
from retained.pages.navigation import NavItem


class DeliveryConfig(AppConfig):
    """Registers `retained.delivery`."""

    name = "retained.delivery"
    label = "delivery"

    def ready(self) -> None:
        """Put figures into navigation, overview and search, and listen for what makes them old."""
        from retained.delivery import jobs, remeasuring, tabs  # noqa: F401, PLC0415 - tables are ready only now
        from retained.delivery.queries import (  # noqa: PLC0415 - the same
            found_tickets,
            overview_cards,
            today,
            waiting,
        )

        navigation.register(
            NavItem("run", "Service levels", "runs", "gauge", action="read_delivery")
        )
        navigation.register(
            NavItem("run", "Credits", "credits", "receipt", action="read_delivery", order=3)
        )
        navigation.register(
            NavItem("run", "Exclusions", "exclusions", "filter", "read_exclusions", order=4)
        )
        needs.register(today.needs)
        needs.register(waiting.needs)
        overview.register(overview_cards.levels_card)
        overview.register(overview_cards.credits_card)
        search.register(today.found_agreements)
        search.register(today.found_levels)
        search.register(found_tickets.found_tickets)
        tabs.register()
        remeasuring.connect()
