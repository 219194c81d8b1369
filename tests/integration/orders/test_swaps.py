"""A proposed swap stops its line until somebody approves it, declines it, or nothing of the line is left."""

from collections.abc import Mapping
from typing import Any

import pytest
from django.db import IntegrityError

from dom.kernel.errors import DomainError, NotFound
from dom.kernel.models import Event
from dom.kernel.transactions import unit_of_work
from orders.errors import AlreadyHeld, InvalidTransition, TooLate
from orders.holds import OWNERS
from orders.models import FulfillmentOrder, Hold, Order, OrderLine, RoutingTask
from orders.services import cancelling, fulfillment, holds, shipping, swapping
from orders.services.deeds import do as deed
from orders.services.holds import Scope
from orders.services.routing_flow import route_next
from orders.services.swapping import Swap
from tests import cast, orderbook
from tests.integration.orders.bodies import body, place
from tests.integration.orders.conftest import Do, Refused
from tests.orderbook import fates, work_of

pytestmark = pytest.mark.django_db(transaction=True)
MUG = Swap("1", "MUG")


def _routed(*lines: tuple[str, int]) -> Order:
    order = place(*(lines or (("TEE", 2),)))
    _route()
    return Order.objects.get(id=order.id)


def _route() -> None:
    while route_next(at=cast.NOW) is not None:
        pass


def _open_holds() -> list[str]:
    return list(Hold.objects.filter(released_at__isnull=True).order_by("id").values_list("kind", flat=True))


def _told(kind: str) -> Mapping[str, Any]:
    data: Mapping[str, Any] = Event.objects.filter(kind=kind).latest("id").data
    return data


def test_a_proposed_swap_stops_its_line_and_its_work(people: cast.Cast, proven: Do) -> None:
    order = _routed()

    proven(swapping.propose_swap, order_ref=order.ref, swap=MUG, reason="sold out in black")

    hold = Hold.objects.get()
    assert (hold.kind, hold.owner, hold.reason) == ("SWAP", "Customer service", "MUG instead of TEE: sold out in black")
    assert (hold.swap_to, hold.line, hold.due_at) == (people.mug, order.lines.get(), cast.NOW + holds_for())
    assert (work_of(order).status, order.lines.get().sku_code) == ("ON_HOLD", "TEE")
    told = {key: _told("order.swap_proposed")[key] for key in ("line_ref", "sku", "before")}
    assert told == {"line_ref": "1", "sku": "MUG", "before": "TEE"}


def holds_for() -> Any:
    return OWNERS[Hold.Kind.SWAP][1]


def test_units_that_wait_are_not_routed_while_it_is_open(people: cast.Cast, proven: Do) -> None:
    order = place(("TEE", 2), ("MUG", 1))
    proven(swapping.propose_swap, order_ref=order.ref, swap=Swap("1", "LAMP"))

    _route()

    assert (fates(order), fates(order, "2")) == ({"queued": 2}, {"planned": 1})


def test_releasing_it_approves_it(people: cast.Cast, proven: Do) -> None:
    order = _routed()
    proven(swapping.propose_swap, order_ref=order.ref, swap=MUG)

    proven(holds.release_hold, scope=Scope(order.ref, "1"), kind="SWAP", reason="she said yes")
    _route()

    line = OrderLine.objects.get()
    assert (line.sku_code, fates(order), _open_holds()) == ("MUG", {"planned": 2}, [])
    assert [fo.status for fo in FulfillmentOrder.objects.order_by("id")] == ["CANCELLED", "PLANNED"]
    told = _told("order.item_swapped")
    assert (told["hold"], told["line_ref"], told["sku"], told["before"]) == ("SWAP", "1", "MUG", "TEE")
    assert not Event.objects.filter(kind="order.released").exists()


def test_declining_it_lets_the_line_go_on_as_it_was(people: cast.Cast, proven: Do) -> None:
    order = _routed()
    proven(swapping.propose_swap, order_ref=order.ref, swap=MUG)

    proven(swapping.decline_swap, order_ref=order.ref, line_ref="1", reason="she wants black")

    assert (work_of(order).status, order.lines.get().sku_code, _open_holds()) == ("PLANNED", "TEE", [])
    assert (_told("order.swap_declined")["sku"], _told("order.swap_declined")["before"]) == ("MUG", "TEE")


def test_a_declined_swap_of_what_waits_is_routed(people: cast.Cast, proven: Do) -> None:
    order = place(("TEE", 2))
    proven(swapping.propose_swap, order_ref=order.ref, swap=MUG)
    _route()
    assert not RoutingTask.objects.exists()

    proven(swapping.decline_swap, order_ref=order.ref, line_ref="1")
    _route()

    assert fates(order) == {"planned": 2}


def test_a_release_of_the_order_alone_approves_nothing(people: cast.Cast, proven: Do) -> None:
    order = _routed()
    proven(swapping.propose_swap, order_ref=order.ref, swap=MUG)
    proven(holds.hold, scope=Scope(order.ref), owner="Ana", reason="-")

    proven(holds.release_hold, scope=Scope(order.ref))

    assert (order.lines.get().sku_code, _open_holds()) == ("TEE", ["SWAP"])


def test_a_swap_made_at_once_settles_what_was_proposed(people: cast.Cast, proven: Do) -> None:
    order = _routed(("TEE", 1), ("MUG", 1))
    proven(swapping.propose_swap, order_ref=order.ref, swap=MUG)
    proven(swapping.propose_swap, order_ref=order.ref, swap=Swap("2", "TEE"))

    proven(swapping.swap_item, order_ref=order.ref, line_ref="1", sku="LAMP")

    assert list(Hold.objects.filter(released_at__isnull=True).values_list("line__line_ref", flat=True)) == ["2"]


def test_a_cancelled_line_has_no_swap_left_to_approve(people: cast.Cast, proven: Do) -> None:
    order = _routed(("TEE", 2), ("MUG", 1))
    proven(swapping.propose_swap, order_ref=order.ref, swap=MUG)

    proven(cancelling.cancel_line, order_ref=order.ref, line_ref="1", quantity=1, reason="CUSTOMER")
    assert _open_holds() == ["SWAP"]
    proven(cancelling.cancel_line, order_ref=order.ref, line_ref="1", reason="CUSTOMER")

    assert (_open_holds(), work_of(order).status) == ([], "PLANNED")


@pytest.mark.parametrize("kind", ["FRAUD", "MANUAL"])
def test_a_cancelled_order_is_stuck_on_nothing(people: cast.Cast, proven: Do, kind: str) -> None:
    order = _routed()
    proven(holds.hold, scope=Scope(order.ref), kind=kind, owner="Risk", reason="-")

    proven(cancelling.cancel_order, order_ref=order.ref, reason="FRAUD")

    assert (_open_holds(), Order.objects.get().status) == ([], "CANCELLED")


def test_what_cannot_be_swapped_cannot_be_proposed(people: cast.Cast, proven: Do, refused: Refused) -> None:
    order = _routed()
    wrong: list[tuple[type[DomainError], Swap]] = [
        (NotFound, Swap("1", "NONE")), (NotFound, Swap("9", "MUG")), (InvalidTransition, Swap("1", "TEE")),
    ]  # fmt: skip
    for refusal, swap in wrong:
        refused(refusal, swapping.propose_swap, order_ref=order.ref, swap=swap)

    proven(fulfillment.accept, ref=work_of(order).ref)
    refused(InvalidTransition, swapping.propose_swap, order_ref=order.ref, swap=MUG)
    proven(fulfillment.pick, ref=work_of(order).ref)
    proven(shipping.ship, ref=work_of(order).ref)
    refused(TooLate, swapping.propose_swap, order_ref=order.ref, swap=MUG)


def test_what_is_no_item_or_is_cancelled_has_no_other_item(people: cast.Cast, proven: Do, refused: Refused) -> None:
    wrap = {"line_ref": "S", "sku": "WRAP", "quantity": 1, "unit_price": "2.00", "kind": "SERVICE"}
    order = place(lines=[*body(("TEE", 1), ("MUG", 1))["lines"], wrap])
    proven(cancelling.cancel_line, order_ref=order.ref, line_ref="2", reason="CUSTOMER")

    for line_ref, why in (("S", "Line S is no item."), ("2", "Line 2 is cancelled.")):
        for step, asked in (
            (swapping.swap_item, {"line_ref": line_ref, "sku": "LAMP"}),
            (swapping.propose_swap, {"swap": Swap(line_ref, "LAMP")}),
        ):
            assert str(refused(InvalidTransition, step, order_ref=order.ref, **asked)) == why
    same = refused(InvalidTransition, swapping.swap_item, order_ref=order.ref, line_ref="1", sku="TEE")
    assert str(same) == "Line 1 is that item already."


def test_a_swap_leaves_alone_what_other_nodes_have_begun(people: cast.Cast, do: Do) -> None:
    plans = (orderbook.Plan(people.dc_reno, {"1": 1}), orderbook.Plan(people.store_soho, {"2": 1}, "ACCEPTED"))
    lines = [orderbook.Ordered(people.tee, 1), orderbook.Ordered(people.tee, 1)]
    order = orderbook.place(people, lines, *plans)

    do(swapping.propose_swap, order_ref=order.ref, swap=MUG)
    assert Hold.objects.get().reason == "MUG instead of TEE"
    do(holds.release_hold, scope=Scope(order.ref, "1"), kind="SWAP")

    assert (fates(order, "1"), fates(order, "2")) == ({"queued": 1}, {"planned": 1})
    states = FulfillmentOrder.objects.values_list("node__code", "status")
    assert dict(states) == {"dc_reno": "CANCELLED", "store_soho": "ACCEPTED"}


def test_one_swap_of_a_line_waits_at_a_time(people: cast.Cast, proven: Do, refused: Refused) -> None:
    order = _routed()
    proven(swapping.propose_swap, order_ref=order.ref, swap=Swap("1", "MUG", "Merchandising"))

    refused(AlreadyHeld, swapping.propose_swap, order_ref=order.ref, swap=Swap("1", "LAMP"))
    assert Hold.objects.get().owner == "Merchandising"


def test_another_hold_of_the_line_is_no_swap(people: cast.Cast, proven: Do, refused: Refused) -> None:
    order = _routed()
    proven(holds.hold, scope=Scope(order.ref, "1"), owner="Ana", reason="-")
    refused(NotFound, swapping.decline_swap, order_ref=order.ref, line_ref="1")

    proven(swapping.propose_swap, order_ref=order.ref, swap=MUG)
    proven(swapping.decline_swap, order_ref=order.ref, line_ref="1")

    assert (_open_holds(), work_of(order).status) == (["MANUAL"], "ON_HOLD")


def test_nothing_is_declined_where_nothing_is_proposed(people: cast.Cast, refused: Refused) -> None:
    refused(NotFound, swapping.decline_swap, order_ref=_routed().ref, line_ref="1")


def test_a_hold_cannot_ask_for_a_swap_without_its_item(people: cast.Cast, refused: Refused) -> None:
    order = _routed()

    refused(InvalidTransition, holds.hold, scope=Scope(order.ref, "1"), kind="SWAP", owner="Ana", reason="-")
    with pytest.raises(IntegrityError):
        Hold.objects.create(order=order, kind="SWAP", owner="Ana", reason="-", placed_by="x", placed_at=cast.NOW)


def test_many_are_approved_and_declined_from_the_queue(people: cast.Cast, proven: Do) -> None:
    yes, no, third = _routed(), _routed(), _routed()
    for order in (yes, no, third):
        proven(swapping.propose_swap, order_ref=order.ref, swap=MUG)
    keys = {hold.order_id: f"H{hold.id}" for hold in Hold.objects.all()}

    said = [
        proven(deed, row=keys[yes.id], deed="release", options={}),
        proven(deed, row=keys[no.id], deed="decline", options={"reason": "no"}),
        proven(deed, row=third.ref, deed="decline", options={}),
    ]

    assert said == ["The item is swapped.", "The item stays.", "The item stays."]
    assert [order.lines.get().sku_code for order in (yes, no, third)] == ["MUG", "TEE", "TEE"]
    assert _open_holds() == []


def test_only_swaps_are_declined(people: cast.Cast, proven: Do) -> None:
    order = _routed()
    proven(holds.hold, scope=Scope(order.ref), owner="Ana", reason="-")

    for row in (f"H{Hold.objects.get().id}", order.ref):
        with pytest.raises(InvalidTransition), unit_of_work():
            deed(row=row, deed="decline", options={}, at=cast.NOW, actor="x")
