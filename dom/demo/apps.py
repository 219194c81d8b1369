"""Registers the application `dom.demo` with Django."""

from django.apps import AppConfig


class DemoConfig(AppConfig):
    """A retailer to look at: network, catalog, rules, people, and customers who keep ordering."""

    name = "dom.demo"
    label = "demo"
    verbose_name = "Demonstration"
