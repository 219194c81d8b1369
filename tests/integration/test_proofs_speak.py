"""Every check of `prove` is silent while the books add up, and speaks for each way in which its law can be broken."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from dom.kernel import prove
from dom.kernel.events import sequence_events
from dom.kernel.transactions import unit_of_work
from inventory import services as inventory
from inventory.services import QuotaRow, SupplyRow, carts, transfers
from inventory.services.carts import CartLine
from inventory.services.transfers import Arrived
from orders.models import FulfillmentOrder, Shipment
from orders.services import fulfillment, shipping, waking
from orders.services.paying import Payment, record_payment
from orders.services.routing_flow import route_next
from tests import cast
from tests.integration.broken_books import BROKEN
from tests.integration.orders.bodies import place

pytestmark = pytest.mark.django_db(transaction=True)
#: What refuses rows: CHECKs and unique keys of the product's own tables, but for primary keys.
_GUARDS = """
SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname) FROM pg_constraint
WHERE contype IN ('c', 'u') AND conislocal AND connamespace = 'public'::regnamespace AND conrelid <> 0
  AND conrelid::regclass::text ~ '^(inventory|kernel|orders|routing)_'
UNION ALL
SELECT format('DROP INDEX %s', indexrelid::regclass) FROM pg_index i
WHERE indisunique AND NOT indisprimary AND indrelid::regclass::text ~ '^(inventory|kernel|orders|routing)_'
  AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = i.indexrelid)
"""
LATER = cast.NOW + timedelta(days=3)


def _do(step: Callable[..., object], **asked: object) -> None:
    with unit_of_work():
        step(at=cast.NOW, actor=cast.ACTOR, **asked)


def _rules(people: cast.Cast) -> None:
    """A quota, limits of days in two versions, a low threshold and a limit of backorders."""
    _do(inventory.upsert_quotas, rows=[QuotaRow("web", "TEE", 30)])
    for limit in (50, 60):
        body = {"node": "dc_reno", "limits": [{"unit": "UNITS", "limit": limit}]}
        _do(inventory.publish_capacities, bodies=[body])
    _do(inventory.upsert_skus, rows=[replace(cast.LAMP, backorder_limit=9)])
    for sku in (people.tee, people.mug):
        cast.stock(sku, people.dc_reno, 20)


def _goods(people: cast.Cast) -> None:
    """Two lamps to come, a cart, and four mugs sent to SoHo of which three came in, one of them broken."""
    _do(inventory.upsert_incoming_supply, rows=[SupplyRow("PO-1", people.lamp.id, people.dc_reno.id, 2, LATER)])
    _do(carts.hold, channel="web", lines=[CartLine("1", "TEE", 1)], expires_at=LATER)
    with unit_of_work():
        sent = transfers.request_transfer(
            from_node="dc_reno", to_node="store_soho", units={people.mug.id: 4}, expected_at=LATER, at=cast.NOW,
            actor=cast.ACTOR,
        )  # fmt: skip
    _do(transfers.ship_transfer, ref=sent.ref, units={people.mug.id: 4}, final=True)
    _do(transfers.receive_transfer, ref=sent.ref, arrived=[Arrived(people.mug.id, 2, 1)], final=False, reason="")


def _orders() -> None:
    """One that was shipped and paid, one that is planned, one that waits for lamps, and one that is queued."""
    shipped = place(("TEE", 2), ("MUG", 1), payment={"status": "AUTHORIZED"})
    route_next(at=cast.NOW)
    for step in (fulfillment.accept, fulfillment.pick, shipping.ship):
        _do(step, ref=FulfillmentOrder.objects.get().ref)
    paid = Payment("CAPTURE", 3_000, "card", shipment=Shipment.objects.get().ref)
    _do(record_payment, order_ref=shipped.ref, payment=paid)
    place(("TEE", 3))
    place(("LAMP", 4))
    route_next(at=cast.NOW)
    with unit_of_work():
        waking.claim_incoming(at=cast.NOW)
    place(("MUG", 2))


@pytest.fixture
def world() -> None:
    people = cast.enter()
    _rules(people)
    _goods(people)
    _orders()
    sequence_events()


@contextmanager
def _unguarded() -> Iterator[CursorWrapper]:
    """Let no trigger, foreign key, CHECK or unique key refuse what is written; all of it is undone at the end."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(_GUARDS)
        cursor.execute("; ".join(row[0] for row in cursor.fetchall()))
        yield cursor
        transaction.set_rollback(True)


def _speaks(cursor: CursorWrapper, check: prove.Check, breaking: str) -> bool:
    begun = transaction.savepoint()
    cursor.execute(breaking)
    cursor.execute(f"SELECT count(*) FROM ({check.sql}) AS broken")
    found = cursor.fetchone()[0] > 0
    transaction.savepoint_rollback(begun)
    return bool(found)


def test_every_check_speaks_when_its_law_is_broken(world: None) -> None:
    assert prove.differences() == []

    checks = {check.name: check for check in prove.checks()}
    with _unguarded() as cursor:
        silent = [one for name, ways in BROKEN.items() for one in ways if not _speaks(cursor, checks[name], one)]

    assert silent == []


def test_there_is_a_way_to_break_each_law() -> None:
    assert set(BROKEN) == {check.name for check in prove.checks()}
    assert {check.invariant for check in prove.checks()} == set(range(1, 16))
