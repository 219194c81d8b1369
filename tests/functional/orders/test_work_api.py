"""A partner works orders over REST: what a node does, what customer service changes, and who may not."""

from dataclasses import replace
from typing import Any

import pytest

from dom.kernel.transactions import unit_of_work
from inventory import services as inventory
from orders.models import FulfillmentOrder, Order
from orders.selectors import documents
from tests import cast, orderbook
from tests.functional.api.conftest import Partner, partner_with
from tests.orderbook import Ordered, Plan, place, work_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def people() -> cast.Cast:
    everyone = cast.enter()
    for node in (everyone.dc_reno, everyone.store_soho):
        cast.stock(everyone.tee, node, 10)
        cast.stock(everyone.mug, node, 10)
    return everyone


@pytest.fixture
def node(people: cast.Cast) -> Partner:
    return partner_with("fulfillment:read", "fulfillment:write", name="soho", nodes=("store_soho",))


@pytest.fixture
def shop(people: cast.Cast) -> Partner:
    return partner_with("orders:read", "orders:write", name="shop")


def _steps(node: Partner, ref: str, *steps: tuple[str, Any]) -> Any:
    for step, body in steps:
        answer = node.post(f"/fulfillment-orders/{ref}/{step}", body)
        assert answer.status_code == 200, answer.content
    orderbook.assert_lawful()
    return answer.json()


def test_a_node_works_its_queue_to_the_end(people: cast.Cast, node: Partner) -> None:
    order = place(people, [Ordered(people.tee, 3)], Plan(people.store_soho, {"1": 3}), charges=490)
    queue = node.get("/fulfillment-orders?status=PLANNED&node=store_soho").json()["items"]
    assert [(work["order"], work["ship_to"]["line1"]) for work in queue] == [(order.ref, "1 Main St")]
    ref = queue[0]["ref"]

    boxes = [{"tracking_number": "1Z9", "carrier": "UPS", "lines": [{"line_ref": "1", "quantity": 3}]}]
    shown = _steps(
        node, ref, ("accept", None), ("pick", {"lines": [{"line_ref": "1", "quantity": 3}]}), ("pack", None),
        ("ship", {"packages": boxes}),
    )  # fmt: skip

    assert (shown["status"], shown["revision"]) == ("SHIPPED", 5)
    assert shown["shipments"][0]["amount"] == {"amount": "34.90", "currency": "USD"}
    assert shown["shipments"][0]["packages"][0]["tracking_number"] == "1Z9"
    assert "line1" not in shown["ship_to"]
    assert node.get(f"/fulfillment-orders/{ref}").json()["ship_to"]["line1"] == "1 Main St"


def test_a_pickup_is_made_ready_and_handed_over(people: cast.Cast, node: Partner) -> None:
    order = place(
        people, [Ordered(people.tee, 1)], Plan(people.store_soho, {"1": 1}), method="PICKUP", node=people.store_soho
    )
    ref = work_of(order).ref
    _steps(node, ref, ("accept", None), ("pick", {}), ("ready", None))

    wrong = node.post(f"/fulfillment-orders/{ref}/hand-over", {"code": "X"})
    shown = _steps(node, ref, ("hand-over", {"code": order.ref}))

    assert (wrong.status_code, wrong.json()["code"]) == (409, "hand-over-refused")
    assert (shown["status"], shown["shipments"][0]["handed_to"]) == ("HANDED_OVER", "CODE")


def test_rejected_and_short_units_go_back_with_their_reason(people: cast.Cast, node: Partner) -> None:
    order = place(people, [Ordered(people.tee, 3), Ordered(people.mug, 1)], Plan(people.store_soho, {"1": 3, "2": 1}))
    ref = work_of(order).ref
    lost = {"line_ref": "2", "quantity": 1, "reason": "NOT_FOUND", "found": 0}

    found = {"line_ref": "1", "quantity": 2}
    shown = _steps(node, ref, ("reject", {"lines": [lost]}), ("accept", None), ("pick", {"lines": [found]}))

    assert [(line["picked"], line["shorted"]) for line in shown["lines"]] == [(2, 1), (0, 1)]
    assert documents.order(order.ref)["lines"][0]["queued"] == 1


def test_a_step_out_of_turn_says_what_is_possible(people: cast.Cast, node: Partner) -> None:
    order = place(people, [Ordered(people.tee, 1)], Plan(people.store_soho, {"1": 1}))

    answer = node.post(f"/fulfillment-orders/{work_of(order).ref}/pack")

    assert (answer.status_code, answer.json()["code"]) == (409, "invalid-transition")
    assert answer.json()["facts"] == {
        "status": "PLANNED",
        "allowed": ["ACCEPTED", "CANCELLED", "ON_HOLD", "REJECTED", "RELEASED"],
    }


def test_a_node_finds_its_own_work_only(people: cast.Cast, node: Partner) -> None:
    order = place(people, [Ordered(people.tee, 1)], Plan(people.dc_reno, {"1": 1}))
    ref = work_of(order).ref

    assert node.get("/fulfillment-orders").json()["items"] == []
    assert node.get(f"/fulfillment-orders/{ref}").status_code == 404
    assert node.post(f"/fulfillment-orders/{ref}/accept").status_code == 404
    assert work_of(order).status == "PLANNED"
    assert node.post(f"/orders/{order.ref}/cancel", {}).status_code == 403


def test_an_outdated_sight_is_refused_and_the_same_key_answers_again(people: cast.Cast, node: Partner) -> None:
    order = place(people, [Ordered(people.tee, 1)], Plan(people.store_soho, {"1": 1}))
    address = f"/fulfillment-orders/{work_of(order).ref}"
    seen = node.get(address)["ETag"]

    first = node.post(f"{address}/accept", None, Idempotency_Key="k1", If_Match=seen)
    again = node.post(f"{address}/accept", None, Idempotency_Key="k1", If_Match=seen)
    other = node.post(f"{address}/pick", {}, If_Match=seen)

    assert (first.status_code, again.status_code, other.status_code) == (200, 200, 412)
    assert first.json() == again.json()
    assert work_of(order).revision == 2


def test_an_order_is_cancelled_at_once_or_asked_for(people: cast.Cast, shop: Partner, node: Partner) -> None:
    loose = place(people, [Ordered(people.tee, 2)], Plan(people.store_soho, {"1": 2}))
    accepted = place(people, [Ordered(people.tee, 2)], Plan(people.store_soho, {"1": 2}, "ACCEPTED"))

    done = shop.post(f"/orders/{loose.ref}/cancel", {"reason": "CUSTOMER"})
    asked = shop.post(f"/orders/{accepted.ref}/cancel", {})

    assert (done.status_code, done.json()["status"]) == (200, "CANCELLED")
    assert (asked.status_code, asked.json()["fulfillment_orders"][0]["status"]) == (202, "CANCEL_REQUESTED")
    assert "Ana" not in done.content.decode()
    _steps(node, work_of(accepted).ref, ("cancel", {}))
    assert Order.objects.get(id=accepted.id).status == "CANCELLED"
    too_late = shop.post(f"/orders/{accepted.ref}/cancel", {})
    assert (too_late.status_code, too_late.json()["code"]) == (409, "invalid-transition")


def test_some_units_of_a_line_are_cancelled(people: cast.Cast, shop: Partner) -> None:
    order = place(people, [Ordered(people.tee, 3)], Plan(people.store_soho, {"1": 2}))

    done = shop.post(f"/orders/{order.ref}/lines/1/cancel", {"quantity": 2})
    nowhere = shop.post(f"/orders/{order.ref}/lines/9/cancel", {"quantity": 2})

    line = done.json()["lines"][0]
    assert (done.status_code, line["planned"], line["cancelled"]) == (200, 1, 2)
    assert nowhere.status_code == 404
    orderbook.assert_lawful()


def test_the_address_changes_until_a_node_works(people: cast.Cast, shop: Partner, node: Partner) -> None:
    order = place(people, [Ordered(people.tee, 1)], Plan(people.store_soho, {"1": 1}))
    ship_to = {"name": "Bo", "line1": "2 Oak St", "city": "Reno", "postal_code": "89502", "country": "US"}

    moved = shop.post(f"/orders/{order.ref}/address", {"ship_to": ship_to})
    half = shop.post(f"/orders/{order.ref}/address", {"ship_to": {**ship_to, "latitude": 1.5}})

    assert (moved.status_code, moved.json()["groups"][0]["ship_to"]["city"]) == (200, "Reno")
    assert "Oak" not in moved.content.decode()
    assert moved.json()["lines"][0]["queued"] == 1
    assert (half.status_code, half.json()["code"]) == (400, "validation")
    assert shop.get(f"/orders/{order.ref}").json()["groups"][0]["ship_to"]["line1"] == "2 Oak St"


def test_an_order_is_held_and_released(people: cast.Cast, shop: Partner) -> None:
    order = place(people, [Ordered(people.tee, 1)], Plan(people.store_soho, {"1": 1}))
    body = {"kind": "FRAUD", "reason": "Card check", "owner": "Risk", "due_at": "2026-11-25T12:00:00Z"}

    held = shop.post(f"/orders/{order.ref}/hold", body)
    again = shop.post(f"/orders/{order.ref}/hold", body)
    released = shop.post(f"/orders/{order.ref}/release", {"kind": "FRAUD"})

    assert (held.json()["status"], [hold["kind"] for hold in held.json()["holds"]]) == ("HELD", ["FRAUD"])
    assert (again.status_code, again.json()["code"]) == (409, "already-held")
    assert (released.json()["status"], released.json()["holds"]) == ("PLANNED", [])
    assert FulfillmentOrder.objects.get().status == "PLANNED"
    both = shop.post(f"/orders/{order.ref}/hold", {"reason": "x", "line_ref": "1", "fulfillment_order": "F-1"})
    assert both.status_code == 400


@pytest.mark.parametrize(
    ("step", "body"),
    [
        ("reject", {"lines": []}),
        ("reject", {"lines": [{"line_ref": "1", "quantity": -1, "reason": "OTHER"}]}),
        ("reject", {"lines": [{"line_ref": "1", "quantity": 1, "reason": "BORED"}]}),
        ("pick", {"lines": [{"line_ref": "1", "quantity": "2"}]}),
        ("ship", {"packages": []}),
        ("ship", {}),
        ("hand-over", {"code": 7}),
    ],
)
def test_what_has_no_meaning_is_named(people: cast.Cast, node: Partner, step: str, body: Any) -> None:
    order = place(people, [Ordered(people.tee, 1)], Plan(people.store_soho, {"1": 1}))

    answer = node.post(f"/fulfillment-orders/{work_of(order).ref}/{step}", body)

    assert (answer.status_code, answer.json()["code"]) == (400, "validation")
    assert answer.json()["errors"]


def test_an_order_is_changed_in_one_way_at_a_time(people: cast.Cast, shop: Partner) -> None:
    order = place(people, [Ordered(people.tee, 2)])
    address = f"/orders/{order.ref}/changes"

    way = shop.post(address, {"fulfillment": {"method": "PICKUP", "node": "store_soho"}, "reason": "CUSTOMER"})
    swap = shop.post(address, {"swap": {"line_ref": "1", "sku": "MUG"}})

    assert (way.status_code, swap.status_code) == (200, 200)
    group = order.groups.get()
    assert (order.lines.get().sku_code, group.method, group.node_id) == ("MUG", "PICKUP", people.store_soho.id)
    both = {"note": "-", "swap": {"line_ref": "1", "sku": "TEE"}}
    wrong = [{}, both, {"fulfillment": {"method": "PICKUP"}}, {"swap": {"line_ref": "1", "sku": "NONE"}}]
    answers = [shop.post(address, one) for one in wrong]
    told = [(answer.status_code, answer.json()["code"]) for answer in answers]
    assert told == [(400, "validation"), (400, "validation"), (400, "order-invalid"), (404, "not-found")]
    assert order.lines.get().sku_code == "MUG"


def test_a_swap_is_proposed_then_declined_or_approved(people: cast.Cast, shop: Partner) -> None:
    order = place(people, [Ordered(people.tee, 2)])
    changes, release = f"/orders/{order.ref}/changes", f"/orders/{order.ref}/release"
    proposal = {"swap": {"line_ref": "1", "sku": "MUG", "propose": True, "owner": "Merchandising"}}

    held = shop.post(changes, proposal).json()["holds"]
    again = shop.post(changes, proposal)
    kept = shop.post(release, {"line_ref": "1", "decline": True}).json()
    shop.post(changes, proposal)
    swapped = shop.post(release, {"line_ref": "1", "kind": "SWAP"}).json()

    told = [(one["kind"], one["line_ref"], one["swap_to"], one["owner"]) for one in held]
    assert told == [("SWAP", "1", "MUG", "Merchandising")]
    assert (again.status_code, again.json()["code"]) == (409, "already-held")
    assert [(one["holds"], one["lines"][0]["sku"]) for one in (kept, swapped)] == [([], "TEE"), ([], "MUG")]
    assert shop.post(release, {"line_ref": "1", "decline": True}).status_code == 404


def test_a_note_stands_in_the_orders_log(people: cast.Cast, shop: Partner) -> None:
    order = place(people, [Ordered(people.tee, 1)])

    answer = shop.post(f"/orders/{order.ref}/changes", {"note": "Gift wrap was promised."})
    empty = shop.post(f"/orders/{order.ref}/changes", {"note": "  "})

    assert (answer.status_code, empty.status_code) == (200, 400)
    change = order.changes.get(kind="order.noted")
    assert (change.reason, change.data["note"]) == ("Gift wrap was promised.", "Gift wrap was promised.")
    orderbook.assert_lawful()


def test_work_that_waits_for_its_time_is_let_go_over_rest(people: cast.Cast, node: Partner) -> None:
    with unit_of_work():
        inventory.upsert_nodes(rows=[replace(cast.STORE_SOHO, release_minutes=60)], at=cast.NOW, actor=cast.ACTOR)
    ref = work_of(place(people, [Ordered(people.tee, 1)], Plan(people.store_soho, {"1": 1}))).ref
    early = node.post(f"/fulfillment-orders/{ref}/accept")
    assert (early.status_code, early.json()["code"]) == (409, "invalid-transition")

    shown = _steps(node, ref, ("release", None))

    assert (shown["status"], shown["revision"]) == ("RELEASED", 2)
    assert node.post(f"/fulfillment-orders/{ref}/release").status_code == 409
    assert _steps(node, ref, ("accept", None))["status"] == "ACCEPTED"


def test_a_shop_tells_of_the_money(people: cast.Cast, shop: Partner) -> None:
    order = place(people, [Ordered(people.tee, 1)], Plan(people.store_soho, {"1": 1}))

    told = shop.post(f"/orders/{order.ref}/payments", {"kind": "AUTHORIZE", "amount": "10.00", "tender": "gift"})
    assert told.status_code == 200, told.content
    assert [(one["kind"], one["tender"], one["amount"]["amount"]) for one in told.json()["payments"]] == [
        ("AUTHORIZE", "gift", "10.00")
    ]

    for wrong, code in (
        ({"kind": "CAPTURE", "amount": "10.01", "tender": "gift"}, "payment-refused"),
        ({"kind": "CAPTURE", "amount": "1.001", "tender": "gift"}, "validation"),
        ({"kind": "CAPTURE", "amount": {"amount": "1.00", "currency": "EUR"}, "tender": "gift"}, "validation"),
        ({"kind": "ADJUST", "amount": "1.00", "tender": "gift"}, "validation"),
        ({"kind": "AUTHORIZE", "amount": "9" * 30, "tender": "gift"}, "validation"),
    ):
        assert shop.post(f"/orders/{order.ref}/payments", wrong).json()["code"] == code, wrong
