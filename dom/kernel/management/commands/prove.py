"""Checks every invariant that SQL can see."""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from dom.kernel import prove


class Command(BaseCommand):
    help = "Check that every book adds up; print the differences and exit 1 when one does not. Repairs nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--invariant", type=int, action="append", default=[], help="check only this invariant")

    def handle(self, *_args: Any, **options: Any) -> None:
        found = prove.differences(options["invariant"])
        for difference in found:
            check = difference.check
            self.stdout.write(f"Invariant {check.invariant}: {check.name}: {difference.total} differences")
            for row in difference.rows:
                self.stdout.write("  " + ", ".join(f"{name}={value}" for name, value in row.items()))
        if found:
            self.stdout.write("`manage.py repair` proposes entries for the books of stock, for a person to review.")
            sys.exit(1)
        self.stdout.write(f"{len(prove.checks())} checks, no difference")
