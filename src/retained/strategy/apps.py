"""The Django application `strategy`."""

from django.apps import AppConfig


class StrategyConfig(AppConfig):
    """Registers `retained.strategy`."""

    name = "retained.strategy"
    label = "strategy"
