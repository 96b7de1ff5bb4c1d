"""The Django application `contracts`."""

from django.apps import AppConfig


class ContractsConfig(AppConfig):
    """Registers `retained.contracts`."""

    name = "retained.contracts"
    label = "contracts"
