"""Registers the application `dom.console` with Django."""

from django.apps import AppConfig


class ConsoleConfig(AppConfig):
    """Pages that join applications."""

    name = "dom.console"
    label = "console"
    verbose_name = "Console"
