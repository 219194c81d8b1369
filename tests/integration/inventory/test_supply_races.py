"""Announcing supply beside claims on it: locks are taken in the one order, whichever supply is lowered."""

from datetime import timedelta

import pytest
from django.db import connection

from dom.kernel import prove
from dom.kernel.transactions import unit_of_work
from inventory import services
from inventory.models import ChannelQuota, IncomingSupply, Reservation
from inventory.services import QuotaRow, SupplyRow, Want, WantLine
from tests import cast
from tests.integration.inventory.rivals import behind

pytestmark = pytest.mark.django_db(transaction=True)
SOON = cast.NOW + timedelta(days=3)


@pytest.fixture
def people() -> cast.Cast:
    """The cast, whose web shop has a quota of ten tees; two supplies of five tees come to Reno."""
    everyone = cast.enter()
    with unit_of_work():
        services.upsert_quotas(rows=[QuotaRow("web", "TEE", 10)], at=cast.NOW, actor=cast.ACTOR)
        services.upsert_incoming_supply(rows=_rows(everyone, 5, 5), at=cast.NOW, actor=cast.ACTOR)
    return everyone


def _rows(people: cast.Cast, first: int, second: int) -> list[SupplyRow]:
    units = {"PO-1": first, "PO-2": second}
    return [SupplyRow(ref, people.tee.id, people.dc_reno.id, quantity, SOON) for ref, quantity in units.items()]


def _claim(people: cast.Cast, supply: IncomingSupply, ref: str) -> None:
    line = WantLine(ref, "1", people.tee.id, people.dc_reno.id, 2, supply_id=supply.id)
    want = Want(ref, people.web.id, (line,), expires_at=SOON)
    assert services.reserve(wants=[want], at=cast.NOW, actor=cast.ACTOR).won == {ref}


def test_lowering_one_supply_beside_a_claim_on_another_deadlocks_nobody(people: cast.Cast) -> None:
    first, second = IncomingSupply.objects.order_by("source_ref")
    with unit_of_work():
        _claim(people, first, "R-1")

    with unit_of_work():
        with connection.cursor() as cursor:
            cursor.execute("SELECT FROM inventory_incoming_supply WHERE id = %s FOR NO KEY UPDATE", [second.id])
        lowered = behind(
            lambda: services.upsert_incoming_supply(rows=_rows(people, 1, 6), at=cast.NOW, actor=cast.ACTOR)
        )
        _claim(people, second, "R-2")

    assert [(freed.demand_ref, freed.quantity) for freed in lowered.result()] == [("R-1", 1)]
    assert list(IncomingSupply.objects.order_by("source_ref").values_list("quantity", "reserved")) == [(1, 1), (6, 2)]
    assert ChannelQuota.objects.get().used == sum(Reservation.objects.values_list("quantity", flat=True)) == 3
    assert prove.differences() == []
