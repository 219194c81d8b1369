"""Registers the application `inventory` with Django."""

from django.apps import AppConfig

from inventory import proofs


class InventoryConfig(AppConfig):
    """What is where and for whom."""

    name = "inventory"
    label = "inventory"
    verbose_name = "Inventory"

    def ready(self) -> None:
        """Register what `manage.py prove` checks here."""
        proofs.register_all()
