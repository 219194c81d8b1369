"""Registers the application `inventory` with Django."""

from importlib import import_module

from django.apps import AppConfig


class InventoryConfig(AppConfig):
    """What is where and for whom."""

    name = "inventory"
    label = "inventory"
    verbose_name = "Inventory"

    def ready(self) -> None:
        """Register what `manage.py prove` checks here; the checks name the states of models, so they are read late."""
        import_module("inventory.proofs").register_all()
