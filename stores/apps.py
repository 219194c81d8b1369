"""Registers the application `stores` with Django."""

from django.apps import AppConfig


class StoresConfig(AppConfig):
    """The people at a node and their queue."""

    name = "stores"
    label = "stores"
    verbose_name = "Stores"
