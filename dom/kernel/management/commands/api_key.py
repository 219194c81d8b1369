"""Makes the key of an API client."""

from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from dom.kernel.rest.clients import rotate_key
from dom.kernel.rest.keys import issue_key
from dom.kernel.rest.scopes import ALL_SCOPES
from dom.kernel.transactions import unit_of_work


class Command(BaseCommand):
    help = "Make the API client NAME, or give it a new key, and print the key alone; it is shown only here."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name")
        parser.add_argument(
            "--scope", action="append", choices=ALL_SCOPES, help="may be repeated; every scope unless given"
        )
        parser.add_argument("--node", action="append", default=[], help="limit the key to this node; may be repeated")
        parser.add_argument(
            "--channel", action="append", default=[], help="limit the key to this channel; may be repeated"
        )
        parser.add_argument("--days", type=int, help="let the key end after so many days")
        parser.add_argument("--rotate", action="store_true", help="keep the old key working for 24 more hours")

    def handle(self, *args: Any, **options: Any) -> None:
        at = timezone.now()
        with unit_of_work():
            if options["rotate"]:
                key = rotate_key(options["name"], at=at, actor="manage.py")
            else:
                key = issue_key(
                    name=options["name"],
                    scopes=options["scope"] or ALL_SCOPES,
                    node_codes=options["node"],
                    channel_codes=options["channel"],
                    expires_at=at + timedelta(days=options["days"]) if options["days"] else None,
                    at=at,
                )
        self.stdout.write(key)
