"""Registers the application `orders` with Django."""

from django.apps import AppConfig


class OrdersConfig(AppConfig):
    """Orders, fulfillment orders, shipments."""

    name = "orders"
    label = "orders"
    verbose_name = "Orders"
