"""Registers the application `dom.api` with Django."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """Composes the REST surface."""

    name = "dom.api"
    label = "api"
    verbose_name = "API"
