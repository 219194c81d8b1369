"""Writes the roles of the back office."""

from typing import Any

from django.core.management.base import BaseCommand

from dom.console.roles import ROLES, ensure_roles
from dom.kernel.transactions import unit_of_work


class Command(BaseCommand):
    help = "Creates the roles of the back office, or brings their permissions up to date."

    def handle(self, **options: Any) -> None:
        with unit_of_work():
            ensure_roles()
        self.stdout.write(f"{len(ROLES)} roles are up to date.")
