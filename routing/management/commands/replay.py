"""Decides again what was decided, on the stored inputs."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from routing import selectors
from routing.errors import DecisionNotFound


class Command(BaseCommand):
    help = "Decide an order's latest decision again on its stored inputs; exit 1 if the plan differs."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("ref", help="reference of an order or a request")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            again = selectors.replay(options["ref"])
        except DecisionNotFound as refusal:
            raise CommandError(str(refusal)) from refusal
        if not again.stored.is_of_this_engine:
            self.stdout.write(f"It was decided by engine version {again.stored.engine_version}.")
        if not again.is_equal:
            raise CommandError(f"It differs.\nstored: {again.stored.plan}\n   now: {again.plan}")
        self.stdout.write(
            f"{again.stored.request.ref}: the same plan, {len(again.trace.reason)} nodes with the same costs."
        )
