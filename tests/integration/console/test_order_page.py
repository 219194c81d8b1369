"""The order page offers what the order's state allows, to whom may do it, and says first what will happen."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from dom.console import deciding
from dom.console.possible import possible
from dom.console.roles import ensure_roles
from dom.console.templatetags.console import linked
from dom.console.views.actions import FORMS
from dom.kernel import events, prove
from dom.kernel.models import ApiClient, Change, ConfigVersion, Event, WebhookDelivery, WebhookEndpoint
from dom.kernel.transactions import unit_of_work
from orders.models import Hold, Order, OrderChange, PaymentEntry
from orders.selectors.story import story
from orders.services import cancelling, fulfillment
from orders.services.paying import Payment, record_payment
from orders.services.routing_flow import route_next
from tests import cast, orderbook
from tests.integration.console.people import someone
from tests.integration.orders.bodies import NEW_YORK, place

pytestmark = pytest.mark.django_db(transaction=True)

SURE = {"confirmed": "1"}


def _someone(role: str) -> Client:
    with unit_of_work():
        ensure_roles()
    person = User.objects.create_user(role.lower().replace(" ", ""), password="harbour-lights-7", is_staff=True)
    person.groups.add(Group.objects.get(name=role))
    client = Client()
    client.force_login(person)
    return client


def _routed(*lines: tuple[str, int]) -> Order:
    people = cast.enter()
    cast.stock(people.tee, people.dc_reno, 10)
    cast.stock(people.mug, people.store_soho, 10)
    amount = f"{10 * sum(units for _, units in lines)}.00"
    order = place(*lines, payment={"status": "CAPTURED", "amount": amount})
    route_next(at=cast.NOW)
    return Order.objects.get(id=order.id)


def _names(order: Order) -> set[str]:
    return {action.name for action in possible(story(order.ref))}


def test_only_what_the_state_allows_is_offered() -> None:
    order = _routed(("TEE", 2))
    always = {"note", "appease", "payment"}
    assert _names(order) == always | {
        "reroute", "force", "split", "reject", "address", "way", "swap", "hold", "cancel-line", "cancel",
    }  # fmt: skip

    with unit_of_work():
        fulfillment.accept(ref=orderbook.work_of(order).ref, at=cast.NOW, actor="reno")
    assert _names(order) == always | {"reject", "hold", "cancel-line", "cancel"}
    with unit_of_work():
        cancelling.cancel_order(order_ref=order.ref, reason="CUSTOMER", at=cast.NOW, actor="cleo")
    assert _names(order) == always


@pytest.mark.parametrize(
    ("kind", "first"),
    [
        ("ADDRESS", ("Mend the address…", "p")), ("LEGAL", ("Cancel a line…", "danger")),
        ("UNFILLED", ("Route again…", "p")), ("FRAUD", ("Release “Fraud check”…", "p")),
    ],
)  # fmt: skip
def test_what_helps_stands_first(kind: str, first: tuple[str, str]) -> None:
    order = _routed(("TEE", 2))
    Hold.objects.create(order=order, kind=kind, owner="Ops", reason="Made up", placed_by="tests", placed_at=cast.NOW)
    found = possible(story(order.ref))

    assert (found[0].label, found[0].tone) == first
    assert [one.tone for one in found].count("p") == (first[1] == "p")


@pytest.mark.parametrize(("role", "settles"), [("Auditor", frozenset()), ("Merchandiser", deciding.FORMS)])
def test_who_may_not_change_orders_sees_no_button_and_opens_no_form(role: str, settles: frozenset[str]) -> None:
    order, client = _routed(("TEE", 2)), _someone(role)

    page = client.get(f"/orders/{order.ref}/").content.decode()
    codes = {client.post(f"/orders/{order.ref}/{name}/", SURE).status_code for name in FORMS if name not in settles}

    assert "data-act" not in page
    assert codes == {403}


def test_an_order_that_is_not_there_is_refused_by_every_form() -> None:
    client = _someone("Ops")

    codes = {name: client.post(f"/orders/O-NOTHING/{name}/", SURE).status_code for name in FORMS}

    assert set(codes.values()) <= {400, 409}, codes
    assert client.get("/orders/O-NOTHING/").status_code == 404


def test_references_in_a_sentence_become_links_and_nothing_else_becomes_markup() -> None:
    said = linked("Looks like O-W27B8H7EBXM & <b>")

    assert said == 'Looks like <a class="link" href="/orders/O-W27B8H7EBXM/">O-W27B8H7EBXM</a> &amp; &lt;b&gt;'


def test_some_units_of_a_line_are_cancelled_after_a_look() -> None:
    order, client = _routed(("TEE", 3)), _someone("Customer service")
    asked = {"line": "1", "quantity": "2", "reason": "CUSTOMER"}

    look = client.post(f"/orders/{order.ref}/cancel-line/", asked)
    assert "2 of 3 × TEE are cancelled" in look.content.decode()
    assert orderbook.fates(order) == {"planned": 3}
    client.post(f"/orders/{order.ref}/cancel-line/", asked | SURE)

    assert orderbook.fates(order) == {"planned": 1, "cancelled": 2}
    assert prove.differences() == []


def test_a_line_is_held_with_an_owner_and_a_due_time_and_let_go() -> None:
    order, client = _routed(("TEE", 1), ("MUG", 1)), _someone("Ops")
    asked = {"scope": "line:2", "kind": "MANUAL", "reason": "Wrong color", "owner": "Ops", "due": "4"}
    client.post(f"/orders/{order.ref}/hold/", asked)

    hold = Hold.objects.get()
    assert (hold.line_id is not None, hold.owner) == (True, "Ops")
    assert hold.due_at == hold.placed_at + timedelta(hours=4)
    client.post(f"/orders/{order.ref}/release/", {"kind": "MANUAL", "line": "2", "reason": "It was right"})
    assert Hold.objects.get().released_by == "ops"


def test_gifts_keep_to_the_limit_of_the_role_which_can_be_published() -> None:
    order, ops = _routed(("TEE", 2)), _someone("Ops")
    merchandiser, service = _someone("Merchandiser"), _someone("Customer service")
    single = "Customer service, USD, 3.00"
    merchandiser.post(
        "/orders/appeasement-limits/", {"role:Ops": "10", "role:Customer service": "25", "single": single}
    )
    assert ConfigVersion.objects.get(kind="appeasement-limits").author == "merchandiser"
    gift = {"amount": "3.01", "reason": "Late"} | SURE

    refused = service.post(f"/orders/{order.ref}/appease/", gift)
    given = ops.post(f"/orders/{order.ref}/appease/", gift)

    assert (refused.status_code, given.status_code) == (409, 302)
    assert "You may give 3.00 USD more on this order." in refused.content.decode()
    assert PaymentEntry.objects.get(kind="REFUND").amount_minor == 301
    assert OrderChange.objects.get(kind="order.appeased").actor == "ops"


def test_the_story_tells_whom_webhooks_told() -> None:
    order = _routed(("TEE", 1))
    events.sequence_events()
    client = ApiClient.objects.create(name="shop", prefix="abc", secret_hash="x", created_at=cast.NOW)
    endpoint = WebhookEndpoint.objects.create(
        ref="W-1",
        client=client,
        url="https://shop.example/hook",
        secret="",
        position=0,
        created_at=cast.NOW,
        updated_at=cast.NOW,
    )
    position = Event.objects.filter(kind="order.routed").values_list("position", flat=True).get()
    WebhookDelivery.objects.create(
        endpoint=endpoint, message_id=f"evt_{position}", position=position, kind="order.routed", entity_ref=order.ref,
        status="FAILED", answer_status=500, created_at=cast.NOW, ended_at=cast.NOW,
    )  # fmt: skip

    told = [one for one in story(order.ref).moments if one.words.startswith("shop.example")]

    assert [(one.words, one.tone, one.about) for one in told] == [
        ("shop.example could not be told: order.routed. It answered 500.", "bad", "message")
    ]


def test_how_long_missing_units_wait_is_set_and_told() -> None:
    order, client = _routed(("LAMP", 1)), _someone("Customer service")

    client.post(f"/orders/{order.ref}/wait/", {"days": "7", "reason": "The supplier called"})

    change = OrderChange.objects.get(kind="order.wait_changed")
    assert Order.objects.get().auto_cancel_at == change.at + timedelta(days=7)
    assert prove.differences() == []


def test_a_bad_address_is_held_at_intake_and_mended_from_its_form() -> None:
    cast.enter()
    ana: dict[str, Any] = {"customer": {"external_ref": "C-1"}}
    place(("TEE", 2), ship_to=NEW_YORK, **ana)
    order = place(("TEE", 1), ship_to={**_HOME, "postal_code": "1001"}, **ana)
    assert Hold.objects.get().reason == "1001 is no postal code of US"
    client = _someone("Customer service")

    form = client.get(f"/orders/{order.ref}/address/").content.decode()
    answer = client.post(f"/orders/{order.ref}/address/", {**_HOME, "postal_code": "10013", "group": ""})

    assert "New York, NY 10013 US" in form
    assert answer.status_code == 302
    assert Hold.objects.get().released_by == "customerservice"
    assert Order.objects.get(id=order.id).groups.get().ship_to.latitude == 40.72  # type: ignore[union-attr]  # it ships


_HOME = {"name": "Ana", "line1": "1 Mercer St", "city": "New York", "region": "NY", "country": "US"}


def test_the_page_costs_the_same_however_much_happened(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    order = _routed(("TEE", 2))
    events.sequence_events()
    with django_assert_num_queries(14):
        story(order.ref)
    with unit_of_work():
        fulfillment.cancel_work(ref=orderbook.work_of(order).ref, at=cast.NOW, actor="reno")
    route_next(at=cast.NOW)
    events.sequence_events()

    with django_assert_num_queries(14):
        story(order.ref)


def _authorized() -> Order:
    order = _routed(("TEE", 2))
    with unit_of_work():
        record_payment(order_ref=order.ref, payment=Payment("AUTHORIZE", 2_000), at=cast.NOW, actor="shop")
    return order


def test_a_payment_is_written_down_after_a_look_at_what_is_left() -> None:
    order = _authorized()
    service = someone("Customer service", "cleo")
    path = f"/orders/{order.ref}/payment/"
    asked = {"kind": "CAPTURE", "amount": "5.00", "tender": "card", "reference": "ch_1", "reason": "told by phone"}
    page = service.get(path).content.decode()

    beyond = service.post(path, asked | {"amount": "20.01"})
    looked = service.post(path, asked)
    service.post(path, asked | {"confirmed": "1"})

    assert "card: 20.00 USD left to capture, 20.00 USD to refund." in page
    assert (beyond.status_code, "Of card there is only 20.00 USD left to capture" in beyond.content.decode()) == (
        409,
        True,
    )
    assert looked.context["foreseen"] == [
        "5.00 USD was taken of card.", "Then there is 15.00 USD left to capture, 25.00 USD to refund of card.",
    ]  # fmt: skip
    entry = PaymentEntry.objects.latest("id")
    assert (entry.kind, entry.amount_minor, entry.tender, entry.reference) == ("CAPTURE", 500, "card", "ch_1")
    note = Change.objects.filter(kind="orders").latest("id")
    assert (note.actor, note.note) == (
        "cleo",
        "Record a payment: It is written down: 5.00 USD was taken of card. Reason: told by phone.",
    )


def test_money_of_a_means_not_known_yet_is_named() -> None:
    order = _routed(("TEE", 2))
    service = someone("Customer service", "cleo")
    asked = {"kind": "AUTHORIZE", "amount": "3", "tender": "", "named": "", "confirmed": "1"}

    nameless = service.post(f"/orders/{order.ref}/payment/", asked)
    finer = service.post(f"/orders/{order.ref}/payment/", asked | {"named": "gift", "amount": "0.001"})
    service.post(f"/orders/{order.ref}/payment/", asked | {"named": "gift"})

    assert (nameless.status_code, "Name the means of payment." in nameless.content.decode()) == (409, True)
    assert (finer.status_code, "USD has 2 decimals." in finer.content.decode()) == (409, True)
    assert PaymentEntry.objects.filter(order=order, tender="gift").values_list("amount_minor", flat=True).get() == 300
