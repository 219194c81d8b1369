"""Keeps the demonstration alive."""

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db import OperationalError, close_old_connections
from django.utils import timezone

from dom.demo.life import Day
from dom.demo.receivers import ensure_receivers
from dom.kernel.transactions import unit_of_work


class Command(BaseCommand):
    help = "Keep placing orders and working on them, gently, until interrupted."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--every", type=float, default=2.0, help="seconds between two orders")
        parser.add_argument("--address", default="", help="where this host answers: receivers of webhooks listen there")
        parser.add_argument("--beats", type=int, default=0, help="stop after so many orders; 0: never")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["address"]:
            with unit_of_work():
                ensure_receivers(address=options["address"], at=timezone.now())
        day, beat = Day(seed=int(time.time())), 0
        while not options["beats"] or beat < options["beats"]:
            beat += 1
            self._beat(day)
            time.sleep(options["every"])

    def _beat(self, day: Day) -> None:
        try:
            day.beat(at=timezone.now(), tell=self.stdout.write)
        except OperationalError as wrong:
            # The database restarts now and then, and a lock may be held for longer than we wait: the next beat tries.
            self.stderr.write(f"The database was away or busy: {str(wrong).strip()}")
            close_old_connections()
