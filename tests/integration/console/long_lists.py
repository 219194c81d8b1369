"""Fills the lists of the back office with rows that are alike in some columns and have gaps in others."""

import itertools
from collections.abc import Callable
from datetime import timedelta

from django.contrib.auth.models import User

from dom.console.masters.registry import MASTERS
from dom.kernel.models import ApiClient, Change, Job, WebhookEndpoint
from inventory.books import BOOKS
from inventory.models import (
    Channel,
    ChannelQuota,
    CountSession,
    IncomingSupply,
    Node,
    NodeGroup,
    Repair,
    Sku,
    StockLevel,
    Transfer,
)
from orders.models import FulfillmentOrder, Order
from orders.services.routing_flow import route_next
from tests import cast
from tests.integration.orders.bodies import place

COUNT = 7
DAYS = [cast.NOW + timedelta(days=day) for day in (3, 1, 3, 2, 0, 1, 3)]
SOME = [None if place % 3 == 1 else day for place, day in enumerate(DAYS)]
NAMES = ("b", "A", "B", "a", "", "c", "A")


def fill_orders(people: cast.Cast) -> None:
    cast.stock(people.tee, people.dc_reno, 500)
    for place_, units in enumerate((3, 1, 3, 2, 1, 4, 3)):
        order = place(("TEE", units))
        route_next(at=cast.NOW)
        FulfillmentOrder.objects.filter(order=order).update(ship_by=SOME[place_])
        Order.objects.filter(id=order.id).update(total_minor=1_000 * units)


def _people(people: cast.Cast) -> None:
    for number in range(COUNT):
        User.objects.create(username=f"{NAMES[number]}{number}", last_login=SOME[number])


def _clients(people: cast.Cast) -> None:
    for number in range(COUNT):
        ApiClient.objects.create(
            name=f"{NAMES[number]}{number}", prefix=f"{number:08x}", secret_hash=str(number), created_at=cast.NOW,
            last_used_at=SOME[number], expires_at=SOME[-number],
        )  # fmt: skip


def _endpoints(people: cast.Cast) -> None:
    _clients(people)
    for number, client in enumerate(ApiClient.objects.order_by("id")):
        WebhookEndpoint.objects.create(
            ref=f"W-{number}", client=client, url=f"https://{NAMES[number]}.example", secret="s", position=number % 3,
            delivered_at=SOME[number], created_at=cast.NOW, updated_at=cast.NOW, updated_by="ada",
        )  # fmt: skip


def _jobs(people: cast.Cast) -> None:
    for number in range(COUNT):
        Job.objects.create(
            ref=f"J-{number}", kind="stock", actor=NAMES[number], rows_failed=number % 3, created_at=DAYS[number]
        )


def _transfers(people: cast.Cast) -> None:
    ends = itertools.cycle([(people.dc_reno, people.store_soho), (people.store_soho, people.store_austin)])
    for number, (origin, to) in zip(range(COUNT), ends, strict=False):
        Transfer.objects.create(
            ref=f"T-{number}", status=("REQUESTED", "APPROVED")[number % 2], from_node=origin, to_node=to,
            expected_at=DAYS[number], requested_by=NAMES[number], requested_at=cast.NOW,
        )  # fmt: skip


def _counts(people: cast.Cast) -> None:
    for number in range(COUNT):
        CountSession.objects.create(
            ref=f"C-{number}", node=(people.dc_reno, people.store_soho)[number % 2], opened_by="omar",
            opened_at=cast.NOW,
        )  # fmt: skip


def fill_supply(people: cast.Cast) -> None:
    for number in range(COUNT):
        IncomingSupply.objects.create(
            sku=(people.tee, people.mug)[number % 2], node=people.dc_reno, source_ref=f"PO-{number % 4}-{number}",
            quantity=5 + number % 3, expected_at=DAYS[number], reserved=number % 2,
        )  # fmt: skip


def _levels(people: cast.Cast) -> None:
    for number in range(COUNT):
        sku = Sku.objects.create(code=f"S{number % 4}-{number}", name="Thing")
        level = cast.stock(sku, people.store_soho, 9)
        StockLevel.objects.filter(id=level.id).update(
            on_hand=2,
            reserved=3 + number % 3,
            unsellable=1 + number % 2,
            shortage=2 + number % 3 + number % 2,
            low_at=5,
        )


def _repairs(people: cast.Cast) -> None:
    for number in range(COUNT):
        Repair.objects.create(
            book="CLAIM_LEDGER",
            subject={"sku": number},
            entry=dict.fromkeys(BOOKS["CLAIM_LEDGER"].units, 1),
            words=f"It differs {number}",
            proposed_at=cast.NOW,
        )


def _changes(people: cast.Cast) -> None:
    for number in range(COUNT):
        Change.objects.create(at=cast.NOW, kind="skus", code=f"X-{number}", verb="CHANGED", fields={})


def fill_network(people: cast.Cast) -> None:
    for number in range(COUNT):
        node = Node.objects.create(
            code=f"n{number}", name=NAMES[number], kind=("STORE", "DC")[number % 2], city=NAMES[-number]
        )
        group = NodeGroup.objects.create(code=f"g{number}", name=NAMES[number])
        group.nodes.set([node] * (number % 2))
        channel = Channel.objects.create(code=f"c{number}", name=NAMES[number])
        ChannelQuota.objects.create(channel=channel, sku=people.tee, quota=5 + number % 3, used=number % 2)


LISTS: dict[str, Callable[[cast.Cast], None]] = {
    "/orders/?view=all": fill_orders,
    "/orders/?view=open&channel=web": fill_orders,
    "/fulfillment-orders/?view=open": fill_orders,
    "/fulfillment-orders/?view=all": fill_orders,
    "/people/?": _people,
    "/api-clients/?": _clients,
    "/webhooks/?": _endpoints,
    "/jobs/?": _jobs,
    "/transfers/?": _transfers,
    "/counts/?": _counts,
    "/supply/?": fill_supply,
    "/stock/?": _levels,
    "/stock/?view=short": _levels,
    "/stock/?view=low": _levels,
    "/stock/?view=unsellable": _levels,
    "/repairs/?": _repairs,
    "/master/changes/?kind=skus": _changes,
    **{f"/master/{slug}/?": _levels if slug == "skus" else fill_network for slug in MASTERS},
}
