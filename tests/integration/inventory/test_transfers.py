from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import pytest

from dom.kernel import prove
from dom.kernel.errors import NotFound
from dom.kernel.models import Event
from dom.kernel.transactions import unit_of_work
from inventory import services
from inventory.errors import ApprovalRefused, InsufficientStock, TransferMismatch, TransferRefused
from inventory.models import IncomingSupply, Reservation, StockLevel, StockMovement, Transfer, TransferEntry
from inventory.services import Want, WantLine, transfers
from inventory.services.transfers import Arrived
from inventory.states import TRANSFER_MOVES
from tests import cast
from tests.integration.inventory.rivals import at_once, patiently

pytestmark = pytest.mark.django_db(transaction=True)

THEN = cast.NOW + timedelta(days=2)


def act(service: Callable[..., Any], ref: str, **asked: Any) -> Transfer:
    with unit_of_work():
        done: Transfer = service(ref=ref, **{"at": cast.NOW, "actor": "omar", **asked})
    return done


def ask(units: Mapping[int, int], *, actor: str = "omar", to_node: str = "store_soho") -> str:
    with unit_of_work():
        transfer = transfers.request_transfer(
            from_node="dc_reno", to_node=to_node, units=units, expected_at=THEN, at=cast.NOW, actor=actor
        )
    return transfer.ref


def ship(ref: str, units: Mapping[int, int], *, final: bool = False) -> Transfer:
    return act(transfers.ship_transfer, ref, units=units, final=final)


def receive(ref: str, *arrived: Arrived, final: bool = False, reason: str = "") -> Transfer:
    return act(transfers.receive_transfer, ref, arrived=arrived, final=final, reason=reason)


def line(ref: str, sku: Any) -> tuple[int, int, int, int, int]:
    found = Transfer.objects.get(ref=ref).lines.get(sku=sku)
    return found.requested, found.shipped, found.received, found.damaged, found.written_off


def level(sku: Any, node: Any) -> tuple[int, int, int]:
    found = StockLevel.objects.get(sku=sku, node=node)
    return found.on_hand, found.unsellable, found.reserved


def everything() -> list[object]:
    tables = (Transfer, TransferEntry, StockLevel, StockMovement, IncomingSupply, Reservation, Event)
    return [list(table.objects.order_by("id").values()) for table in tables]


def reserve(people: cast.Cast, ref: str, node: Any, units: int, *, supply: int | None = None) -> bool:
    wanted = WantLine(ref, "1", people.tee.id, node.id, units, supply_id=supply)
    with unit_of_work():
        outcome = services.reserve(wants=[Want(ref, people.web.id, (wanted,))], at=cast.NOW, actor=cast.ACTOR)
    return ref in outcome.won


def test_goods_go_from_node_to_node_in_parts_and_every_unit_is_accounted_for(people: cast.Cast) -> None:
    cast.stock(people.tee, people.dc_reno, 50)
    cast.stock(people.mug, people.dc_reno, 9)
    ref = ask({people.tee.id: 40, people.mug.id: 5})

    assert ship(ref, {people.tee.id: 30}).status == "PARTLY_SHIPPED"
    assert receive(ref, Arrived(people.tee.id, 30)).status == "PARTLY_SHIPPED"
    assert ship(ref, {people.tee.id: 10, people.mug.id: 5}).status == "IN_TRANSIT"
    assert receive(ref, Arrived(people.tee.id, 6, damaged=2)).status == "PARTLY_RECEIVED"
    done = receive(ref, Arrived(people.mug.id, 5), final=True, reason="Two fell off the truck")

    assert (done.status, done.reason, done.closed_at) == ("RECEIVED", "Two fell off the truck", cast.NOW)
    assert line(ref, people.tee) == (40, 40, 38, 2, 2)
    assert line(ref, people.mug) == (5, 5, 5, 0, 0)
    assert level(people.tee, people.dc_reno) == (10, 0, 0)
    assert level(people.tee, people.store_soho) == (38, 2, 0)
    assert not IncomingSupply.objects.filter(closed_at=None).exists()
    told = list(Event.objects.filter(entity_ref=ref).order_by("id").values_list("kind", "revision"))
    assert told == [
        ("transfer.requested", 1), ("transfer.shipped", 2), ("transfer.received", 3), ("transfer.shipped", 4),
        ("transfer.received", 5), ("transfer.received", 6),
    ]  # fmt: skip


def test_what_is_on_its_way_can_be_sold_and_its_claims_come_on_hand(people: cast.Cast) -> None:
    cast.stock(people.tee, people.dc_reno, 10)
    ref = ask({people.tee.id: 10})
    ship(ref, {people.tee.id: 10})
    supply = IncomingSupply.objects.get(source_ref=ref)
    assert (supply.quantity, supply.expected_at) == (10, THEN)
    assert reserve(people, "F-1", people.store_soho, 6, supply=supply.id)

    receive(ref, Arrived(people.tee.id, 8, damaged=2))

    assert level(people.tee, people.store_soho) == (10, 2, 6)
    assert Reservation.objects.get().supply_id is None


def test_what_never_arrives_frees_the_claims_on_it(people: cast.Cast) -> None:
    cast.stock(people.tee, people.dc_reno, 10)
    ref = ask({people.tee.id: 10})
    ship(ref, {people.tee.id: 10})
    reserve(people, "F-1", people.store_soho, 9, supply=IncomingSupply.objects.get().id)

    receive(ref, Arrived(people.tee.id, 4), final=True, reason="Stolen")

    assert level(people.tee, people.store_soho) == (4, 0, 4)
    assert Reservation.objects.get().quantity == 4


def test_reserved_stock_cannot_be_sent_away(people: cast.Cast) -> None:
    cast.stock(people.tee, people.dc_reno, 10)
    assert reserve(people, "F-1", people.dc_reno, 8)
    ref = ask({people.tee.id: 5})
    before = everything()

    with pytest.raises(InsufficientStock):
        ship(ref, {people.tee.id: 3})

    assert everything() == before
    ship(ref, {people.tee.id: 2})
    assert level(people.tee, people.dc_reno) == (8, 0, 8)


@pytest.mark.parametrize(
    ("arrived", "final", "reason"),
    [((11, 0), False, ""), ((8, 3), False, ""), ((0, 0), False, ""), ((-1, 2), False, ""), ((9, 0), True, "")],
)
def test_units_that_are_not_on_the_way_are_refused(
    people: cast.Cast, arrived: tuple[int, int], final: bool, reason: str
) -> None:
    cast.stock(people.tee, people.dc_reno, 10)
    ref = ask({people.tee.id: 10})
    ship(ref, {people.tee.id: 10})
    before = everything()

    with pytest.raises(TransferMismatch):
        receive(ref, Arrived(people.tee.id, *arrived), final=final, reason=reason)

    assert everything() == before


def test_a_large_transfer_needs_a_second_person(people: cast.Cast) -> None:
    cast.stock(people.tee, people.dc_reno, 50)
    with unit_of_work():
        transfers.set_approval(above_units=20, at=cast.NOW, actor="maya")
    small, large = ask({people.tee.id: 20}), ask({people.tee.id: 21})
    assert Transfer.objects.get(ref=small).status == "APPROVED"

    with pytest.raises(TransferRefused):
        ship(large, {people.tee.id: 1})
    with pytest.raises(ApprovalRefused):
        act(transfers.approve_transfer, large)
    assert Transfer.objects.get(ref=large).revision == 1
    approved = act(transfers.approve_transfer, large, actor="maya")
    assert (approved.status, approved.approved_by, approved.revision) == ("APPROVED", "maya", 2)
    assert ship(large, {people.tee.id: 21}).status == "IN_TRANSIT"


def test_a_transfer_ends_where_it_stands(people: cast.Cast) -> None:
    cast.stock(people.tee, people.dc_reno, 50)
    never, half, all_of_it = (ask({people.tee.id: 10}) for _ in range(3))
    ship(half, {people.tee.id: 4})
    ship(all_of_it, {people.tee.id: 10})

    assert act(transfers.cancel_transfer, never, reason="Not needed").status == "CANCELLED"
    assert act(transfers.cancel_transfer, half, reason="Not needed").status == "IN_TRANSIT"
    with pytest.raises(TransferRefused):
        act(transfers.cancel_transfer, all_of_it, reason="Too late")
    assert receive(half, Arrived(people.tee.id, 4)).status == "RECEIVED"
    assert level(people.tee, people.store_soho) == (4, 0, 0)


def test_a_part_that_arrived_before_the_rest_was_cancelled_is_closed_with_it(people: cast.Cast) -> None:
    cast.stock(people.tee, people.dc_reno, 50)
    ref = ask({people.tee.id: 10})
    ship(ref, {people.tee.id: 4})
    receive(ref, Arrived(people.tee.id, 4))

    assert act(transfers.cancel_transfer, ref, reason="Enough").status == "RECEIVED"
    assert not IncomingSupply.objects.filter(closed_at=None).exists()


def test_two_receipts_at_once_take_no_unit_in_twice(people: cast.Cast) -> None:
    cast.stock(people.tee, people.dc_reno, 10)
    ref = ask({people.tee.id: 10})
    ship(ref, {people.tee.id: 10})

    def take_in(_number: int) -> bool:
        try:
            receive(ref, Arrived(people.tee.id, 7))
        except TransferMismatch:
            return False
        return True

    assert sorted(at_once(6, take_in)) == [False] * 5 + [True]
    assert level(people.tee, people.store_soho) == (7, 0, 0)
    assert line(ref, people.tee) == (10, 10, 7, 0, 0)


def test_sending_beside_buyers_never_sends_what_is_reserved(people: cast.Cast) -> None:
    cast.stock(people.tee, people.dc_reno, 60)
    refs = [ask({people.tee.id: 5}) for _ in range(10)]

    def rival(number: int) -> int:
        if number % 2:
            return 3 * patiently(lambda: _bought(people, number))
        try:
            patiently(lambda: transfers.ship_transfer(
                ref=refs[number // 2], units={people.tee.id: 5}, final=False, at=cast.NOW, actor="omar"
            ))  # fmt: skip
        except InsufficientStock:
            return 0
        return 5

    taken = sum(at_once(20, rival))

    on_hand, _, reserved = level(people.tee, people.dc_reno)
    assert on_hand >= reserved
    assert taken == (60 - on_hand) + reserved
    assert on_hand - reserved < 5


def _bought(people: cast.Cast, number: int) -> bool:
    wanted = WantLine(f"F-{number}", "1", people.tee.id, people.dc_reno.id, 3)
    want = Want(f"F-{number}", people.web.id, (wanted,))
    return bool(services.reserve(wants=[want], at=cast.NOW, actor=cast.ACTOR).won)


def test_the_machine_has_no_way_out_of_an_end_and_knows_every_state() -> None:
    assert set(TRANSFER_MOVES) == set(Transfer.Status.values)
    ends = {state for state, targets in TRANSFER_MOVES.items() if not targets}
    assert ends == {"RECEIVED", "REJECTED", "CANCELLED"}


def test_a_transfer_that_cannot_be_is_refused(people: cast.Cast) -> None:
    for asked in ({"to_node": "dc_reno"}, {"to_node": "nowhere"}):
        with pytest.raises(TransferRefused):
            ask({people.tee.id: 1}, **asked)
    for units in ({}, {people.tee.id: 0}):
        with pytest.raises(TransferRefused):
            ask(units)
    with pytest.raises(NotFound):
        ship("T-NONE", {people.tee.id: 1})
    assert not Transfer.objects.exists()


def test_what_a_transfer_brings_is_neither_announced_nor_received_as_other_supply(people: cast.Cast) -> None:
    cast.stock(people.tee, people.dc_reno, 50)
    ref = ask({people.tee.id: 5})
    ship(ref, {people.tee.id: 5})
    before = everything()
    row = services.SupplyRow(ref, people.tee.id, people.store_soho.id, 2, THEN)

    with pytest.raises(TransferRefused), unit_of_work():
        services.upsert_incoming_supply(rows=[row], at=cast.NOW, actor="omar")
    with pytest.raises(TransferRefused), unit_of_work():
        services.receive_supply(
            source_ref=ref, sku_id=people.tee.id, node_id=people.store_soho.id, quantity=1, final=False,
            at=cast.NOW, actor="omar",
        )  # fmt: skip

    assert everything() == before


def test_damaged_goods_come_in_where_a_count_found_fewer_than_are_unsellable(people: cast.Cast) -> None:
    cast.stock(people.tee, people.dc_reno, 50)
    cast.stock(people.tee, people.store_soho, 2)
    at_soho = services.Adjustment(people.tee.id, people.store_soho.id, unsellable=2, reason="DAMAGED")
    with unit_of_work():
        services.adjust(rows=[at_soho], at=cast.NOW, actor="omar")
        counted = services.CountRow(people.tee.id, people.store_soho.id, 0, cast.NOW + timedelta(seconds=1))
        services.count(rows=[counted], at=cast.NOW + timedelta(seconds=1), actor="omar")
    ref = ask({people.tee.id: 5})
    ship(ref, {people.tee.id: 5})

    receive(ref, Arrived(people.tee.id, 1, damaged=4))

    assert (level(people.tee, people.store_soho), line(ref, people.tee)) == ((5, 6, 0), (5, 5, 5, 4, 0))
    assert prove.differences() == []
    with unit_of_work():
        assert services.adjust(rows=[at_soho], at=cast.NOW, actor="omar") != []
