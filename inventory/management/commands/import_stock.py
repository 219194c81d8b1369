"""Counts stock from a file."""

from argparse import ArgumentParser
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from dom.kernel.errors import DomainError
from dom.kernel.profiles import FEED
from dom.kernel.rest.errors import Fault
from dom.kernel.rest.feeds import Context, apply_rows, chunks, refused_rows
from dom.kernel.rest.rows import LocalFile, read_rows
from dom.kernel.transactions import unit_of_work
from inventory.api.stock_feeds import STOCK

_KINDS = {".csv": "text/csv", ".ndjson": "application/x-ndjson", ".jsonl": "application/x-ndjson"}
_SHOWN = 20


class Command(BaseCommand):
    help = "Count stock from FILE (.csv or .ndjson with sku, node, on_hand and counted_at), 2,000 rows a transaction."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--by", default="import_stock", help="who counted; the ledger names them")

    def handle(self, *args: Any, **options: Any) -> None:
        file: Path = options["file"]
        kind = _KINDS.get(file.suffix.lower())
        if kind is None or not file.is_file():
            raise CommandError(f"{file} is no file that ends in {', '.join(_KINDS)}.")
        begun = timezone.now()
        with file.open("rb") as opened:
            try:
                received, faults = self._apply(LocalFile(opened, kind), Context(options["by"], begun))
            except DomainError as refusal:
                raise CommandError(str(refusal)) from None
        self._report(received, faults, timezone.now() - begun)

    def _apply(self, file: LocalFile, context: Context) -> tuple[int, list[Fault]]:
        received, faults = 0, []
        for rows in chunks(read_rows(file, STOCK.shape())):
            with unit_of_work(FEED):
                faults += apply_rows(STOCK, rows, context)
            received += len(rows)
        return received, faults

    def _report(self, received: int, faults: list[Fault], took: timedelta) -> None:
        refused = refused_rows(faults)
        for fault in faults[:_SHOWN]:
            self.stderr.write(f"row {fault.row} {fault.field}: {fault.detail}")
        self.stdout.write(f"{received - refused} of {received} rows counted in {took.total_seconds():.1f} s.")
        if refused:
            raise CommandError(f"{refused} rows were refused; the first {_SHOWN} are above.")
