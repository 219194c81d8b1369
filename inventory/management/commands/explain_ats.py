"""Says why a SKU shows the number it shows."""

from argparse import ArgumentParser
from datetime import UTC, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from inventory import selectors
from inventory.selectors import NodeWaterfall, Step


class Command(BaseCommand):
    help = "Explain what CHANNEL may sell of SKU, step by step, now or at a past instant."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("sku")
        parser.add_argument("--channel", required=True)
        parser.add_argument("--node", action="append", default=[], help="these nodes alone; may be repeated")
        parser.add_argument("--method", default="", help="SHIP, PICKUP, SHIP_TO_STORE or SAME_DAY")
        parser.add_argument("--at", type=datetime.fromisoformat, help="a past instant, such as 2026-11-24T20:00:00Z")

    def handle(self, *args: Any, **options: Any) -> None:
        at, instant = timezone.now(), options["at"]
        if instant is not None and instant.tzinfo is None:
            instant = instant.replace(tzinfo=UTC)
        if options["channel"] not in selectors.network(at=at).channels:
            raise CommandError(f"There is no channel {options['channel']}.")
        found = selectors.explain_ats(
            channel=options["channel"], sku=options["sku"], at=at, method=options["method"], nodes=options["node"],
            instant=instant,
        )  # fmt: skip
        if found is None:
            raise CommandError(f"There is no SKU {options['sku']}.")
        self.stdout.write(f"{found.sku} on {found.channel} at {found.at:%Y-%m-%d %H:%M:%S %Z}")
        for node in found.nodes:
            self._node(node)
        self.stdout.write("Together")
        self._steps(found.steps)
        self.stdout.write(
            f"{found.available_to_sell:>8}  available to sell" + (" (unlimited)" if found.unlimited else "")
        )
        for note in found.notes:
            self.stdout.write(f"Note: {note}")

    def _node(self, node: NodeWaterfall) -> None:
        self.stdout.write(node.node + (f": nothing, {node.excluded}" if node.excluded else ""))
        self._steps(node.steps)
        self.stdout.write(f"{node.sellable:>8}  offered here")

    def _steps(self, steps: tuple[Step, ...]) -> None:
        for step in steps:
            self.stdout.write(
                f"{step.units:>+8}  {step.name.lower().replace('_', ' ')}" + (f" ({step.why})" if step.why else "")
            )
