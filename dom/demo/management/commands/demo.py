"""Says who can log in to the demonstration."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from dom.demo.people import PEOPLE


class Command(BaseCommand):
    help = "Print the demonstration's logins, passwords and where its API key stands."

    def handle(self, *args: Any, **options: Any) -> None:
        for person in PEOPLE:
            role = person.role or "Administrator"
            self.stdout.write(f"{person.login:8} {person.password:14} {person.first_name} {person.last_name}, {role}")
        self.stdout.write(f"API key: {settings.DATA.data / 'api_key'}")
