"""Registers the application `dom.console` with Django."""

from django.apps import AppConfig


class ConsoleConfig(AppConfig):
    """Pages that join applications."""

    name = "dom.console"
    label = "console"
    verbose_name = "Console"

    def ready(self) -> None:
        """Take people and roles out of the framework's own pages.

        There, whoever may change people could make administrators of them, and nothing would be written down.
        """
        from django.contrib import admin  # noqa: PLC0415  # the registry is full now, not earlier
        from django.contrib.auth.models import Group, User  # noqa: PLC0415  # as above

        admin.site.unregister([Group, User])
