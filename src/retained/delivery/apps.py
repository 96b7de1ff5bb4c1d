"""The Django application `delivery`."""

from django.apps import AppConfig


class DeliveryConfig(AppConfig):
    """Registers `retained.delivery`."""

    name = "retained.delivery"
    label = "delivery"
