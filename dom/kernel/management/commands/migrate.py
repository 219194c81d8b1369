"""Applies migrations under the time limits that are made for them: an index on a full table takes minutes."""

from typing import Any

from django.core.management.commands import migrate
from django.db import connection

from dom.kernel.profiles import MIGRATE


class Command(migrate.Command):
    help = "Brings the database up to date. Locks are waited for shortly, statements may take as long as they need."

    def handle(self, *args: Any, **options: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT set_config('lock_timeout', %s, false), set_config('statement_timeout', %s, false),"
                " set_config('idle_in_transaction_session_timeout', %s, false)",
                [MIGRATE.lock_timeout, MIGRATE.statement_timeout, MIGRATE.idle_timeout],
            )
        try:
            super().handle(*args, **options)
        finally:
            with connection.cursor() as cursor:
                cursor.execute("RESET lock_timeout; RESET statement_timeout; RESET idle_in_transaction_session_timeout")
