"""Fills a new installation with the demonstration."""

import os
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from dom import warming
from dom.demo import life
from dom.demo.receivers import ensure_receivers
from dom.demo.seeding import seed_world
from dom.kernel.transactions import unit_of_work
from routing.core import kernels


class Command(BaseCommand):
    help = "Set up the demonstration: network, catalog, rules, stock, people, first orders. `none` leaves all empty."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("what", nargs="?", choices=("demo", "none"), default="demo")
        parser.add_argument("--address", default="", help="where this host answers: receivers of webhooks listen there")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["what"] == "none":
            return
        at = timezone.now()
        seed_world(at=at)
        if options["address"]:
            with unit_of_work():
                ensure_receivers(address=options["address"], at=at)
        life.place_first_orders(at=at)
        if _is_compiled():
            warming.warm_now()
            life.live_first_day(at=timezone.now())
        self.stdout.write("The demonstration is set up.")


def _is_compiled() -> bool:
    """Say whether the engine has been compiled on this machine.

    That takes a minute, once, and a routing worker may be at it. A newcomer who waits for the first page should not
    wait for it: then the first orders stay queued, workers route them when they are ready, the feeder works on them.
    """
    folders = [Path(os.environ["NUMBA_CACHE_DIR"])] if "NUMBA_CACHE_DIR" in os.environ else map(Path, kernels.__path__)
    return not warming.is_under_way() and any(next(folder.rglob("*.nbc"), None) for folder in folders)
