"""Registers the application `dom.kernel` with Django."""

from django.apps import AppConfig

from dom.kernel import laws


class KernelConfig(AppConfig):
    """Transactions, jobs, events, keys: what every other application stands on."""

    name = "dom.kernel"
    label = "kernel"
    verbose_name = "Platform"

    def ready(self) -> None:
        """Register what `manage.py prove` checks here."""
        laws.register_all()
