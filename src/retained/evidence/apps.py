"""The Django application `evidence`."""

from django.apps import AppConfig

from retained.pages import navigation
from retained.pages.navigation import NavItem


class EvidenceConfig(AppConfig):
    """Registers `retained.evidence`."""

    name = "retained.evidence"
    label = "evidence"

    def ready(self) -> None:
        """Put evidence and exchange rates into the navigation."""
        navigation.register(
            NavItem(
                "run", "Evidence", "evidence_sources", "database", action="read_evidence", order=5
            )
        )
        navigation.register(
            NavItem(
                "house", "Exchange rates", "exchange_rates", "cash", action="read_rates", order=4
            )
        )
