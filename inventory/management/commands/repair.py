"""Mends books of stock by entries that a person has reviewed."""

from argparse import ArgumentParser
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from dom.kernel.errors import DomainError
from dom.kernel.profiles import REPORT
from dom.kernel.transactions import unit_of_work
from inventory.services import repairs

_MAY = "inventory.change_repair"


class Command(BaseCommand):
    help = (
        "Propose an entry for each difference in the books of stock, and list the open proposals. Nothing is mended "
        "until somebody posts one: --post NUMBER --by USERNAME --note WHY."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        decision = parser.add_mutually_exclusive_group()
        decision.add_argument("--post", type=int, metavar="NUMBER", help="post the entry of this proposal")
        decision.add_argument("--dismiss", type=int, metavar="NUMBER", help="end this proposal without an entry")
        parser.add_argument("--by", default="", metavar="USERNAME", help="who reviewed it")
        parser.add_argument("--note", default="", help="why this is right; it stays with the entry")

    def handle(self, *_args: Any, **options: Any) -> None:
        number = options["post"] or options["dismiss"]
        if number is None:
            self._list()
            return
        decide = repairs.post if options["post"] else repairs.dismiss
        try:
            with unit_of_work():
                done = decide(
                    repair_id=number, note=options["note"], at=timezone.now(), actor=self._reviewer(options["by"])
                )
        except DomainError as refusal:
            raise CommandError(str(refusal)) from None
        self.stdout.write(f"{done.id}  {done.get_status_display()} by {done.reviewed_by}: {done.words}")

    def _list(self) -> None:
        with unit_of_work(REPORT):
            proposed = repairs.propose(at=timezone.now())
        for one in proposed:
            self.stdout.write(f"{one.id}  {one.words}")
        count = "1 entry is" if len(proposed) == 1 else f"{len(proposed)} entries are"
        self.stdout.write(f"{count} proposed; nothing was mended.")

    def _reviewer(self, username: str) -> str:
        person = get_user_model().objects.filter(username=username, is_active=True).first()
        if person is None or not person.has_perm(_MAY):
            raise CommandError("Say who reviewed it: --by USERNAME of somebody who may change repairs.")
        return username
