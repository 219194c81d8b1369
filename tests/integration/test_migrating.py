"""Migrations run under limits of their own, and an index that was cut off can be asked for again."""

import pytest
from django.core.management import call_command
from django.core.management.commands import migrate
from django.db import connection
from django.db.migrations.state import ProjectState

from dom.kernel.indexes import index_concurrently
from orders.models import Order

pytestmark = pytest.mark.django_db(transaction=True)


def _limits() -> tuple[str, ...]:
    names = ("lock_timeout", "statement_timeout", "idle_in_transaction_session_timeout")
    with connection.cursor() as cursor:
        cursor.execute("SELECT " + ", ".join(f"current_setting('{name}')" for name in names))
        return tuple(cursor.fetchone())


def test_migrations_take_their_time_and_what_comes_after_does_not(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []
    monkeypatch.setattr(migrate.Command, "handle", lambda *_args, **_options: seen.append(_limits()))
    before = _limits()

    call_command("migrate", verbosity=0)

    assert seen == [("5s", "0", "0")]
    assert _limits() == before == ("2s", "15s", "5s")


def test_an_index_that_was_cut_off_is_made_again() -> None:
    index = next(index for index in Order._meta.indexes if index.name == "order_open")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'order_open'::regclass")
        state = ProjectState.from_apps(Order._meta.apps)
        state.models["orders", "order"].options["indexes"] = []
        for operation in index_concurrently("order", index):
            after = state.clone()
            operation.state_forwards("orders", after)
            with connection.schema_editor(atomic=False) as editor:
                operation.database_forwards("orders", editor, state, after)
            state = after
        cursor.execute("SELECT indisvalid FROM pg_index WHERE indexrelid = 'order_open'::regclass")
        assert cursor.fetchone() == (True,)
        cursor.execute("RESET lock_timeout")
