"""Registers the application `inventory` with Django."""

from django.apps import AppConfig


class InventoryConfig(AppConfig):
    """What is where and for whom."""

    name = "inventory"
    label = "inventory"
    verbose_name = "Inventory"
