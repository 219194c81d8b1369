"""Writes the roles of the back office."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from dom.console.roles import ROLES, Role, ensure_roles
from dom.kernel.transactions import unit_of_work


class Command(BaseCommand):
    help = "Creates the roles of the back office, or brings their permissions up to date."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--table", action="store_true", help="print the rows of docs/roles.md and change nothing")

    def handle(self, **options: Any) -> None:
        if options["table"]:
            self.stdout.write("\n".join(row(name, role) for name, role in ROLES.items()))
            return
        with unit_of_work():
            ensure_roles()
        self.stdout.write(f"{len(ROLES)} roles are up to date.")


def row(name: str, role: Role) -> str:
    """Return a role as a row of docs/roles.md."""
    seen, changed = (", ".join(f"`{one}`" for one in names) or "–" for names in (role.views, role.changes))
    return f"| {name} | {role.words} | {seen} | {changed} | {'every node' if role.everywhere else 'own nodes'} |"
