"""No page, search or list reads a table that grows with the shop: each touches a bounded number of its rows."""

import pytest
from django.contrib.auth.models import Group, User
from django.db import connection
from django.test import Client
from django.utils import timezone

from benchmarks.big_world import Size, load
from benchmarks.page_cases import Case, cases, three_nodes
from dom.console.roles import ensure_roles
from dom.kernel.rest.keys import issue_key
from dom.kernel.rest.scopes import ALL_SCOPES
from dom.kernel.transactions import unit_of_work
from orders.selectors import day, searching
from stores.services.access import set_nodes

#: Rows that one answer may touch of one table: a page of fifty with what hangs on it, the search's window, open work.
#: The smallest table that counts has 6,000 rows here and grows without end in a shop.
_MOST = 2_500
#: A page of SKUs adds up the levels of each: fifty SKUs at 200 nodes.
_MOST_OF = {"inventory_stock_level": 51 * 200 + 1_000}
_TOUCHED = """
SELECT relname, seq_tup_read + coalesce(idx_tup_fetch, 0) FROM pg_stat_xact_user_tables
WHERE relname LIKE ANY ('{orders%,inventory_stock%,inventory_reservation%,kernel_event%,routing_decision%}')
"""


def _touched() -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute(_TOUCHED)
        return dict(cursor.fetchall())


@pytest.mark.django_db
def test_no_answer_reads_more_the_more_orders_there_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(searching, "_WINDOW", 50)
    monkeypatch.setattr(searching, "MOST", 10)
    monkeypatch.setattr(day, "CAP", 50)
    load(Size(orders=6_000, skus=120), at=timezone.now())
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    clients = _signed_in()

    greedy = {case.name: found for case in cases() if (found := _too_much(clients[case.who], case))}

    assert greedy == {}


def _signed_in() -> dict[str, Client]:
    """Return a client for everybody who asks."""
    people, manager = Client(), Client()
    people.force_login(User.objects.create_superuser("ada"))
    sam = User.objects.create_user("sam", is_staff=True)
    with unit_of_work():
        ensure_roles()
        sam.groups.set(Group.objects.filter(name="Store manager"))
        set_nodes(user_id=sam.id, username="sam", node_codes=three_nodes(), at=timezone.now(), actor="ada")
        key = issue_key(name="reader", scopes=ALL_SCOPES, node_codes=[], expires_at=None, at=timezone.now())
    manager.force_login(sam)
    return {"ADMIN": people, "MANAGER": manager, "PARTNER": Client(headers={"Authorization": f"Bearer {key}"})}


def _too_much(client: Client, case: Case) -> dict[str, int]:
    before = _touched()
    answer = client.get(case.path)
    # A reference of an order names nothing on the page of a job.
    assert answer.status_code in {200, 301, 302, 404}, case
    assert answer.status_code == 200 or case.name not in {"page order", "page sku", "page node"}
    grown = {table: rows - before.get(table, 0) for table, rows in _touched().items()}
    return {table: rows for table, rows in grown.items() if rows > _MOST_OF.get(table, _MOST)}
