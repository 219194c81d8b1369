"""Fills a new installation with the demonstration."""

import os
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import timezone

from dom.demo.life import first_orders
from dom.demo.seeding import seed_world
from routing.core.warming import warm_up


class Command(BaseCommand):
    help = "Set up the demonstration: network, catalog, rules, stock, people, first orders. `none` leaves all empty."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("what", nargs="?", choices=("demo", "none"), default="demo")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["what"] == "none":
            return
        warm_up()  # before any transaction: compiling the engine takes longer than one may idle
        key = seed_world(at=timezone.now())
        first_orders(at=timezone.now())
        _keep(settings.DATA.data / "api_key", key)
        self.stdout.write("The demonstration is set up.")


def _keep(place: Path, key: str) -> None:
    """Write the key where only the owner of the installation can read it."""
    descriptor = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(key)
