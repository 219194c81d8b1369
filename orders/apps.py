"""Registers the application `orders` with Django."""

from importlib import import_module

from django.apps import AppConfig


class OrdersConfig(AppConfig):
    """Orders, fulfillment orders, shipments."""

    name = "orders"
    label = "orders"
    verbose_name = "Orders"

    def ready(self) -> None:
        """Register what `manage.py prove` checks here; the checks name the states of models, so they are read late."""
        import_module("orders.proofs").register_all()
