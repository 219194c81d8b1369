"""Erases a person from every order."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from dom.kernel.transactions import unit_of_work
from orders.services.erasing import erase_customer


class Command(BaseCommand):
    help = "Overwrite name, e-mail, phone, addresses and raw messages of every order of the customer REF."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("ref", help="the customer's external_ref, as the channel sent it")

    def handle(self, *args: Any, **options: Any) -> None:
        with unit_of_work():
            count = erase_customer(customer_ref=options["ref"], at=timezone.now(), actor="erase_customer")
        self.stdout.write(f"Erased from {count} orders.")
