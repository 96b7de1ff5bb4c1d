"""The Django application `contracts`."""

from django.apps import AppConfig

from retained.pages import navigation, needs, search
from retained.pages.navigation import NavItem


class ContractsConfig(AppConfig):
    """Registers `retained.contracts`."""

    name = "retained.contracts"
    label = "contracts"

    def ready(self) -> None:
        """Put agreements into the navigation, the search and what needs somebody today."""
        from retained.contracts import found  # noqa: PLC0415 - tables are ready only now

        navigation.register(
            NavItem("agree", "Agreements", "agreements", "file-certificate", "read_agreement_notes")
        )
        search.register(found.agreements_found)
        needs.register(found.notice_needs)
