"""Registers the application `dom.kernel` with Django."""

from django.apps import AppConfig


class KernelConfig(AppConfig):
    """Transactions, jobs, events, keys: what every other application stands on."""

    name = "dom.kernel"
    label = "kernel"
    verbose_name = "Platform"
