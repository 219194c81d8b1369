"""Registers the application `dom.console` with Django."""

from django.apps import AppConfig


class ConsoleConfig(AppConfig):
    """Pages that join applications."""

    name = "dom.console"
    label = "console"
    verbose_name = "Console"

    def ready(self) -> None:
        """Put our own site, which has no forms of models, in the place of the framework's."""
        from django.contrib import admin  # noqa: PLC0415  # applications are loaded now, not earlier
        from django.contrib.admin import sites  # noqa: PLC0415  # as above

        from dom.console.site import ConsoleSite  # noqa: PLC0415  # as above

        admin.site = sites.site = ConsoleSite()
