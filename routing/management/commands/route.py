"""Tells why an order went where it went."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from routing import selectors
from routing.errors import DecisionNotFound
from routing.selectors import StoredDecision


class Command(BaseCommand):
    help = "Print the latest decision for an order in words: the plan, and every node with its cost or its reason."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--explain", metavar="ORDER", required=True, help="reference of an order or a request")

    def handle(self, *args: Any, **options: Any) -> None:
        ref = options["explain"]
        try:
            found = [selectors.decision(ref)] if ":" in ref else selectors.latest_of_each_group(ref)
        except DecisionNotFound as refusal:
            raise CommandError(str(refusal)) from refusal
        for stored in found:
            self._tell(stored)

    def _tell(self, stored: StoredDecision) -> None:
        words = stored.explain()
        self.stdout.write(f"{stored.request.ref}, decided {stored.at:%Y-%m-%d %H:%M:%S} UTC, attempt {stored.attempt}")
        if stored.lost:
            self.stdout.write(f"Not carried out: {stored.lost}")
        for sentence in (*words.summary[:1], *words.passed_by, *words.summary[1:]):
            self.stdout.write(f"  {sentence}")
        self.stdout.write(f"  {len(words.nodes)} nodes:")
        for node in words.nodes:
            self.stdout.write(f"  {'*' if node.is_chosen else ' '} {node.sentence}")
        seen = "; ".join(f"{kind} {_named(scopes)}" for kind, scopes in stored.versions.items())
        self.stdout.write(f"  Versions: {seen or 'none published'}. Engine {stored.engine_version}.")
        if not stored.is_of_this_engine:
            self.stdout.write("  Another engine version decided this: its numbers stand, the words are of today.")


def _named(scopes: Any) -> str:
    shown = [f"{scope} v{number}" for scope, number in sorted(scopes.items())]
    return ", ".join(shown) if len(shown) <= 8 else f"{len(shown)} documents"
