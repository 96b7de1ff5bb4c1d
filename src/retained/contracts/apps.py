"""The Django application `contracts`."""

from django.apps import AppConfig

from retained.pages import navigation, needs, search
from retained.pages.navigation import NavItem


class ContractsConfig(AppConfig):
    """Registers `retained.contracts`."""

    name = "retained.contracts"
    label = "contracts"

    def ready(self) -> None:
        """Put agreements where they are found, where they need somebody, and where roles end."""
        from retained.contracts import found  # noqa: PLC0415 - tables are ready only now
        from retained.directory import limits  # noqa: PLC0415 - the same

        navigation.register(
            NavItem("agree", "Agreements", "agreements", "file-certificate", "read_agreement_notes")
        )
        search.register(found.agreements_found)
        needs.register(found.notice_needs)
        limits.register(found.agreements_to_limit)
