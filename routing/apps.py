"""Registers the application `routing` with Django."""

from django.apps import AppConfig


class RoutingConfig(AppConfig):
    """Policies, rate cards, decisions."""

    name = "routing"
    label = "routing"
    verbose_name = "Routing"
