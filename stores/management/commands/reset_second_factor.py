"""manage.py reset_second_factor: lets somebody in again who lost phone and recovery codes, when nobody else can."""

from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from dom.kernel.errors import DomainError
from dom.kernel.transactions import unit_of_work
from stores.services import second_factor


class Command(BaseCommand):
    """Ends a person's second factor and sessions; the password stays."""

    help = "Ends the second factor of USERNAME, who logs in with the password alone and sets up another."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the person."""
        parser.add_argument("username")

    def handle(self, *_args: Any, **options: Any) -> None:
        """End it, and write down that it was done here."""
        user = User.objects.filter(username=options["username"]).first()
        if user is None:
            raise CommandError(f"Nobody is called {options['username']}.")
        try:
            with unit_of_work():
                second_factor.end_second_factor(user=user, at=timezone.now(), actor="manage.py")
        except DomainError as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"{user.get_username()} logs in with the password alone.")
