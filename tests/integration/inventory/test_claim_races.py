from contextlib import suppress
from datetime import timedelta

import pytest
from django.db import connection

from dom.kernel.transactions import unit_of_work
from inventory import services
from inventory.errors import ReservationLapsed
from inventory.models import Reservation, ReservationEntry, StockLevel
from inventory.services import QuotaRow, Want, WantLine, carts
from tests import cast
from tests.integration.inventory.rivals import at_once, behind, patiently, wait_for_a_waiter

pytestmark = pytest.mark.django_db(transaction=True)

SOON = cast.NOW + timedelta(minutes=15)


def _carts(people: cast.Cast, count: int) -> None:
    """Hold `count` carts of two lines each until SOON."""
    for sku in (people.tee, people.mug):
        cast.stock(sku, people.dc_reno, 1_000)
    wants = [
        Want(
            f"R-{n}", people.web.id,
            tuple(WantLine(f"R-{n}", str(sku.id), sku.id, people.dc_reno.id, 1) for sku in (people.tee, people.mug)),
            expires_at=SOON,
        )
        for n in range(count)
    ]  # fmt: skip
    with unit_of_work():
        assert len(services.reserve(wants=wants, at=cast.NOW, actor=cast.ACTOR).won) == count


def _reserved() -> list[int]:
    return list(StockLevel.objects.order_by("sku_id").values_list("reserved", flat=True))


def test_four_sweepers_end_each_cart_once(people: cast.Cast) -> None:
    _carts(people, 200)

    def sweep(_rival: int) -> int:
        ended = 0
        for _ in range(30):
            ended += patiently(lambda: services.expire(at=SOON, limit=40))
        return ended

    assert sum(at_once(4, sweep)) == 400
    assert _reserved() == [0, 0]
    assert ReservationEntry.objects.filter(kind="EXPIRE").count() == 400


def test_a_cart_is_paid_or_swept_but_never_half_of_each(people: cast.Cast) -> None:
    _carts(people, 40)

    def pay(n: int) -> int:
        return patiently(lambda: services.move(old_ref=f"R-{n}", new_ref=f"O-{n}", at=cast.NOW, actor="t"))

    def act(rival: int) -> int:
        if rival == 0:
            return sum(patiently(lambda: services.expire(at=SOON, limit=3)) for _ in range(60))
        moved = 0
        for n in range(rival - 1, 40, 3):
            with suppress(ReservationLapsed):
                moved += pay(n)
        return moved

    got = at_once(4, act)

    assert sum(got) == 80
    for n in range(40):
        assert Reservation.objects.filter(demand_ref=f"O-{n}").count() in {0, 2}


def test_a_cart_somebody_is_paying_for_is_left_whole_by_the_sweep(people: cast.Cast) -> None:
    _carts(people, 1)
    first = Reservation.objects.order_by("id")[0].id

    def sweep(_rival: int) -> int:
        return patiently(lambda: services.expire(at=SOON))

    with unit_of_work(), connection.cursor() as cursor:
        cursor.execute("SELECT id FROM inventory_reservation WHERE id = %s FOR UPDATE", [first])
        assert at_once(1, sweep) == [0]

    assert Reservation.objects.count() == 2


def test_a_release_at_once_in_eight_places_happens_once(people: cast.Cast) -> None:
    _carts(people, 10)
    refs = [f"R-{n}" for n in range(10)]

    def give_back(_rival: int) -> int:
        return patiently(lambda: services.release(demand_refs=refs, reason="CANCELLED", at=cast.NOW, actor="t"))

    assert sum(at_once(8, give_back)) == 20
    assert _reserved() == [0, 0]


def test_a_cart_that_lost_a_race_waits_for_another_node_with_nothing_in_hand(people: cast.Cast) -> None:
    """Its second attempt begins the order of locks anew: whoever has the other node's stock may need the quota."""
    cast.stock(people.tee, people.dc_reno, 3)
    cast.stock(people.tee, people.store_soho, 2)
    with unit_of_work():
        services.upsert_quotas(rows=[QuotaRow("web", "TEE", 100)], at=cast.NOW, actor=cast.ACTOR)
    last = WantLine("O-1", "1", people.tee.id, people.dc_reno.id, 3)
    tee = [carts.CartLine("1", "TEE", 2)]
    soho = connection.copy()
    soho.set_autocommit(False)
    soho.cursor().execute("SELECT FROM inventory_stock_level WHERE node_id = %s FOR UPDATE", [people.store_soho.id])

    with unit_of_work():
        assert services.reserve(wants=[Want("O-1", people.web.id, (last,))], at=cast.NOW, actor="t").won
        cart = behind(lambda: carts.hold(channel="web", lines=tee, expires_at=SOON, at=cast.NOW, actor="t"))
    wait_for_a_waiter()
    with unit_of_work(), connection.cursor() as cursor:
        cursor.execute("SELECT FROM inventory_channel_quota FOR UPDATE NOWAIT")
    soho.rollback()
    soho.close()

    assert [placed.node for placed in cart.result().placed] == ["store_soho"]
    assert ReservationEntry.objects.filter(kind="RESERVE").count() == 2
