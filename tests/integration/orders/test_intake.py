import threading
from datetime import timedelta

import pytest
from django.db import connection

from dom.kernel.models import Event, InboundMessage
from dom.kernel.transactions import unit_of_work
from inventory import services as inventory
from inventory.errors import ReservationLapsed
from inventory.models import Channel, QueuedDemand, Reservation, StockLevel
from inventory.services import Want, WantLine
from orders.errors import OrderExists, OrderInvalid, ReservationRequired
from orders.models import Hold, Order, RoutingTask
from orders.selectors import documents
from orders.services.intake import Placed, place_orders
from tests import cast
from tests.integration.orders.bodies import arrival, body, place, send

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def people() -> cast.Cast:
    return cast.enter()


def _cart(people: cast.Cast, ref: str, units: int) -> None:
    line = WantLine(ref, "c", people.tee.id, people.dc_reno.id, units)
    with unit_of_work():
        want = Want(ref, people.web.id, (line,), expires_at=cast.NOW + timedelta(minutes=15))
        assert inventory.reserve(wants=[want], at=cast.NOW, actor=cast.ACTOR).won == {ref}


def test_an_order_waits_for_routing_with_every_unit_counted_once(people: cast.Cast) -> None:
    order = place(("TEE", 2), ("MUG", 1), charges=[{"amount": "4.90"}])

    assert order.status == "QUEUED"
    assert order.total_minor == 3490
    assert list(QueuedDemand.objects.order_by("id").values_list("demand_ref", "line_ref", "quantity")) == [
        (f"{order.ref}:1", "1", 2),
        (f"{order.ref}:1", "2", 1),
    ]
    assert RoutingTask.objects.get().order_id == order.id
    event = Event.objects.get()
    assert (event.kind, event.entity_ref, event.revision, event.channel) == ("order.placed", order.ref, 1, "web")
    assert InboundMessage.objects.get().subject_ref == order.ref


def test_the_same_body_again_is_the_same_order_and_another_is_refused(people: cast.Cast) -> None:
    asked = body(("TEE", 2))
    first = send(asked)

    again = send(asked, at=cast.NOW + timedelta(hours=1))
    with pytest.raises(OrderExists) as refusal:
        send({**asked, "lines": [{**asked["lines"][0], "quantity": 3}]})

    assert again == Placed(first.id, first.ref, created=False)
    assert refusal.value.facts == {"ref": first.ref}
    assert Order.objects.count() == Event.objects.count() == InboundMessage.objects.count() == 1


def test_the_same_body_from_eight_senders_at_once_is_one_order(people: cast.Cast) -> None:
    asked = body(("TEE", 2))
    barrier = threading.Barrier(8)
    answers: list[Placed] = []

    def race() -> None:
        barrier.wait()
        answers.append(send(asked))
        connection.close()

    rivals = [threading.Thread(target=race) for _ in range(8)]
    for rival in rivals:
        rival.start()
    for rival in rivals:
        rival.join()

    assert sorted(answer.created for answer in answers) == [False] * 7 + [True]
    assert len({answer.ref for answer in answers}) == Order.objects.count() == 1
    assert QueuedDemand.objects.count() == 1


def test_a_cart_becomes_the_orders_and_what_it_holds_too_much_is_given_back(people: cast.Cast) -> None:
    cast.stock(people.tee, people.dc_reno, 5)
    _cart(people, "R-1", 3)

    order = place(("TEE", 2), ("MUG", 1), reservations=["R-1"])

    claim = Reservation.objects.get()
    assert (claim.demand_ref, claim.quantity, claim.kind) == (f"{order.ref}:1", 2, "HARD")
    assert StockLevel.objects.get().reserved == 2
    assert list(QueuedDemand.objects.values_list("sku_id", "quantity")) == [(people.mug.id, 1)]


def test_units_beyond_the_cart_wait_as_queued_demand(people: cast.Cast) -> None:
    cast.stock(people.tee, people.dc_reno, 5)
    _cart(people, "R-1", 3)

    place(("TEE", 2), ("TEE", 4), reservations=["R-1"])

    assert list(QueuedDemand.objects.values_list("line_ref", "quantity")) == [("2", 3)]


def test_a_lapsed_cart_refuses_the_order_or_lets_it_queue(people: cast.Cast) -> None:
    cast.stock(people.tee, people.dc_reno, 5)
    _cart(people, "R-1", 2)
    later = cast.NOW + timedelta(minutes=16)

    with pytest.raises(ReservationLapsed):
        place(("TEE", 2), reservations=["R-1"], at=later)
    assert not Order.objects.exists()
    place(("TEE", 2), reservations=["R-1"], on_lapsed_reservation="QUEUE", at=later)

    assert QueuedDemand.objects.get().quantity == 2
    assert Reservation.objects.get().demand_ref == "R-1"


def test_a_channel_may_take_only_what_is_reserved(people: cast.Cast) -> None:
    Channel.objects.filter(code="web").update(accept="ONLY_IF_RESERVED")
    cast.stock(people.tee, people.dc_reno, 5)
    _cart(people, "R-1", 2)

    with pytest.raises(ReservationRequired) as refusal:
        place(("TEE", 3), reservations=["R-1"])
    order = place(("TEE", 2), reservations=["R-1"])

    assert refusal.value.facts == {"uncovered": [{"line_ref": "1", "quantity": 1}]}
    assert order.status == "QUEUED"


def test_what_is_picked_up_is_claimed_at_its_node_at_once(people: cast.Cast) -> None:
    cast.stock(people.tee, people.store_soho, 1)

    order = place(("TEE", 1), ("MUG", 1), fulfillment={"method": "PICKUP", "node": "store_soho"})

    claim = Reservation.objects.get()
    assert (claim.demand_ref, claim.node_id, claim.kind) == (f"{order.ref}:1", people.store_soho.id, "HARD")
    assert QueuedDemand.objects.get().line_ref == "2"


def test_what_needs_a_person_is_held_with_owner_and_due_time_and_never_lost(people: cast.Cast) -> None:
    order = place(
        ("NO-SUCH", 1), ("TEE", 1), ship_to={"country": "US", "postal_code": "10013"},
        payment={"status": "PENDING"}, attributes={"fraud_score": 91},
    )  # fmt: skip

    assert order.status == "HELD"
    holds = Hold.objects.order_by("id")
    assert [hold.kind for hold in holds] == ["UNKNOWN_SKU", "ADDRESS", "PAYMENT", "FRAUD"]
    assert all(hold.owner and hold.due_at is not None and hold.due_at > cast.NOW for hold in holds)
    assert not RoutingTask.objects.exists()
    assert QueuedDemand.objects.get().sku_id == people.tee.id


def test_a_channel_says_from_which_fraud_score_on_and_whether_at_all(people: cast.Cast) -> None:
    with unit_of_work():
        rows = [inventory.ChannelRow("web", fraud_score=40), inventory.ChannelRow("market", fraud_screening=False)]
        inventory.upsert_channels(rows=rows, at=cast.NOW, actor=cast.ACTOR)

    risky = place(("TEE", 1), attributes={"fraud_score": 40})
    fine = place(("TEE", 1), attributes={"fraud_score": 39})
    elsewhere = place(("TEE", 1), attributes={"fraud_score": 99}, channel="market")

    assert [order.status for order in (risky, fine, elsewhere)] == ["HELD", "QUEUED", "QUEUED"]
    assert Hold.objects.get().reason == "Fraud score 40, held from 40 on"


def test_a_second_order_of_one_customer_over_one_sum_is_looked_at(people: cast.Cast) -> None:
    customer = {"external_ref": "C-1", "email": "ana@example.com"}
    first = place(("TEE", 1), customer=customer)

    soon = place(("TEE", 1), customer=customer, at=cast.NOW + timedelta(minutes=5))
    late = place(("TEE", 1), customer=customer, at=cast.NOW + timedelta(minutes=16))

    assert Hold.objects.get().order_id == soon.id
    assert first.ref in Hold.objects.get().reason
    assert late.status == "QUEUED"


def test_bulk_refuses_order_by_order_in_a_fixed_number_of_statements(
    people: cast.Cast, django_assert_num_queries: object
) -> None:
    twice = body(("TEE", 1))
    asked = [body(("TEE", 1)), body(("TEE", 1), channel="nowhere"), twice, twice, body(("MUG", 2), currency="EUR")]
    asked += [body(("MUG", 1)) for _ in range(45)]

    with unit_of_work(), django_assert_num_queries(5):  # type: ignore[operator]  # a fixture of pytest-django
        answers = place_orders(arrivals=[arrival(one) for one in asked], at=cast.NOW, actor=cast.ACTOR)

    assert isinstance(answers[1], OrderInvalid)
    assert isinstance(answers[4], OrderInvalid)
    assert answers[1].facts["errors"] == [{"field": "channel", "message": "There is no active channel nowhere."}]
    assert isinstance(answers[2], Placed)
    assert isinstance(answers[3], Placed)
    assert (answers[2].created, answers[3].created, answers[2].ref == answers[3].ref) == (True, False, True)
    assert Order.objects.count() == 47


def test_the_document_says_what_was_asked(people: cast.Cast) -> None:
    order = place(("TEE", 2), customer={"external_ref": "C-1", "name": "Ana Bell", "tier": "GOLD"})

    shown = documents.order(order.ref)

    assert shown["total"] == {"amount": "20.00", "currency": "USD"}
    assert shown["lines"][0] | {"unit_price": None} == {
        "line_ref": "1", "sku": "TEE", "kind": "PRODUCT", "group": "1", "parent": None, "quantity": 2, "queued": 2,
        "backordered": 0, "planned": 0, "shipped": 0, "cancelled": 0, "returned": 0, "unit_price": None,
        "discount": {"amount": "0.00", "currency": "USD"}, "tax": {"amount": "0.00", "currency": "USD"},
        "keep_together": "",
    }  # fmt: skip
    assert shown["customer"]["name"] == "Ana Bell"
    assert "Ana" not in str(documents.without_personal_data(shown))
    assert shown["priority"] == 200


def test_a_cart_serves_the_lines_of_several_groups_under_their_own_names(people: cast.Cast) -> None:
    cast.stock(people.tee, people.dc_reno, 5)
    _cart(people, "R-1", 5)
    asked = body(("TEE", 2), ("TEE", 2), reservations=["R-1"])
    asked["lines"][1]["group"] = "store"
    asked["groups"] = [
        {"group_ref": "home", "method": "SHIP", "ship_to": asked["ship_to"]},
        {"group_ref": "store", "method": "PICKUP", "node": "store_soho"},
    ]

    placed = send(asked)

    claims = Reservation.objects.order_by("line_ref").values_list("demand_ref", "line_ref", "quantity")
    assert list(claims) == [(f"{placed.ref}:home", "1", 2), (f"{placed.ref}:store", "2", 2)]
    assert StockLevel.objects.get().reserved == 4


def test_a_live_cart_is_honored_as_queued_demand_where_a_count_found_too_little(people: cast.Cast) -> None:
    cast.stock(people.tee, people.dc_reno, 5)
    _cart(people, "R-1", 4)
    with unit_of_work():
        rows = [inventory.CountRow(people.tee.id, people.dc_reno.id, 1, cast.NOW)]
        inventory.count(rows=rows, at=cast.NOW, actor=cast.ACTOR)

    place(("TEE", 4), reservations=["R-1"])

    assert QueuedDemand.objects.get().quantity == 4
    assert not Reservation.objects.exists()
    assert StockLevel.objects.get().reserved == 0


def test_what_rules_keep_back_is_not_claimed_for_pickup(people: cast.Cast) -> None:
    cast.stock(people.tee, people.store_soho, 3)
    rule = {"code": "keep", "threshold": 2}
    with unit_of_work():
        inventory.publish_channel_rules(bodies=[rule], at=cast.NOW, actor=cast.ACTOR)
    pickup = {"method": "PICKUP", "node": "store_soho"}

    place(("TEE", 2), fulfillment=pickup)
    place(("TEE", 1), fulfillment=pickup)

    assert QueuedDemand.objects.get().quantity == 2
    assert Reservation.objects.get().quantity == 1
