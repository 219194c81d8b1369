"""Registers the application `routing` with Django."""

from django.apps import AppConfig

from routing import proofs


class RoutingConfig(AppConfig):
    """Policies, rate cards, decisions."""

    name = "routing"
    label = "routing"
    verbose_name = "Routing"

    def ready(self) -> None:
        """Register what `manage.py prove` checks here."""
        proofs.register_all()
