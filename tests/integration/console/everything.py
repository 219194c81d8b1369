"""Every address of the back office, and a world in which each of them is about something that is there."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta

from django.contrib import admin
from django.contrib.auth.models import User
from django.urls import URLPattern, URLResolver
from django.utils import timezone

from dom.console import urls as console
from dom.kernel.models import Job, WebhookDelivery
from dom.kernel.transactions import unit_of_work
from inventory import services
from inventory.models import IncomingSupply, Repair
from inventory.services import SupplyRow, counting, transfers
from inventory.services.low_stock import publish_low_stock
from orders.services import bulk
from tests import cast, orderbook, webhooks
from tests.orderbook import Ordered, Plan

#: Kinds of master data whose pages are walked: each asks for another permission.
_KINDS = ("skus", "nodes", "channels")
#: And kinds of documents.
_DOCUMENTS = ("safety-stock", "low-stock")


@dataclass(frozen=True, slots=True)
class Address:
    """One address: how its route is written, the name of its page, and where it is in this world."""

    route: str
    name: str
    path: str


@dataclass(frozen=True, slots=True)
class World:
    """What the parts of addresses stand for; `refs` by the first word of the address, `codes` by the first two."""

    parts: Mapping[str, str]
    refs: Mapping[str, str]
    codes: Mapping[str, str]

    def addresses(self) -> Iterator[Address]:
        """Yield every address of the console and of the admin site; of several actions, each."""
        for pattern in console.urlpatterns:
            for route in _spread(str(pattern.pattern)):
                yield Address(f"/{route}", str(pattern.name), f"/{self._filled(route)}")
        for route, name in _of_admin(admin.site.urls[0], "admin/"):
            yield Address(f"/{route}", f"admin:{name}", f"/{self._filled(route)}")

    def _filled(self, route: str) -> str:
        first = route.partition("/")[0]
        kind = "/".join(route.split("/")[:2])
        known = {**self.parts, "ref": self.refs.get(first, ""), "code": self.codes.get(kind, "dc_reno")}
        return re.sub(r"<(\w+)>", lambda part: known[part[1]], route)


def _spread(route: str) -> Iterator[str]:
    """Yield a route's addresses with `<part>` for each part, and each of its actions and kinds of master data."""
    actions = re.search(r"\(\?P<action>([^)]*)\)", route)
    plain = re.sub(r"\(\?P<action>[^)]*\)", "<action>", route).strip("^$")
    plain = re.sub(r"\(\?P<(\w+)>[^)]*\)|<(?:\w+:)?(\w+)>", lambda part: f"<{part[1] or part[2]}>", plain)
    for action in actions[1].split("|") if actions else [""]:
        part = "<kind>" if "<kind>" in plain else "<slug>"
        kinds = _DOCUMENTS if part == "<kind>" else _KINDS if part in plain else ("",)
        yield from (plain.replace("<action>", action).replace(part, kind) for kind in kinds)


def _of_admin(patterns: list[URLPattern | URLResolver], before: str) -> Iterator[tuple[str, str | None]]:
    for one in patterns:
        route = before + re.sub(r"\(\?P<(\w+)>[^)]*\)|<(?:\w+:)?(\w+)>", r"<\1\2>", str(one.pattern)).strip("^$")
        if isinstance(one, URLResolver):
            yield from _of_admin(one.url_patterns, route)
        else:
            yield route, one.name


def build() -> World:
    """Make one of everything that has a page."""
    people = cast.enter()
    cast.stock(people.tee, people.dc_reno, 40)
    order = orderbook.place(people, [Ordered(people.tee, 4)], Plan(people.dc_reno, {"1": 4}))
    then = timezone.now() + timedelta(days=3)
    with unit_of_work():
        row = SupplyRow("PO-1", people.tee.id, people.dc_reno.id, 100, then)
        services.upsert_incoming_supply(rows=[row], at=cast.NOW, actor=cast.ACTOR)
        count = counting.open_count(
            node="dc_reno", sku_ids=[people.tee.id], blind=True, chosen_by="by hand", at=cast.NOW, actor="olga"
        )
        transfer = transfers.request_transfer(
            from_node="dc_reno", to_node="store_soho", units={people.tee.id: 3}, expected_at=then, at=cast.NOW,
            actor="olga",
        )  # fmt: skip
        for code in ("base", "other"):
            body = {"code": code, "units": 2, "tags": [code]}
            services.publish_safety_stock(bodies=[body], at=cast.NOW, actor="olga", note="First")
            publish_low_stock(bodies=[body], at=cast.NOW, actor="olga", note="First")
        services.publish_safety_stock(bodies=[{"code": "all", "units": 1}], at=cast.NOW, actor="olga", note="First")
    client = webhooks.client()
    endpoint = webhooks.endpoint("http://127.0.0.1:9/hook", owner=client)
    delivery = WebhookDelivery.objects.create(
        endpoint=endpoint, message_id="m-1", kind="webhook.ping", created_at=cast.NOW, next_attempt_at=then
    )
    with unit_of_work():
        many = bulk.begin(deed="reroute", options={}, rows=[order.ref], at=cast.NOW, actor="olga")
    job = Job.objects.create(ref="J-1", kind="stock", actor="api:erp", created_at=cast.NOW, status="RUNNING")
    User.objects.create_user("olga", is_staff=True)
    supply = IncomingSupply.objects.get(source_ref="PO-1")
    Repair.objects.create(
        id=supply.id, book="RESERVED", subject={}, entry={"units": 1}, words="Made up", proposed_at=cast.NOW
    )
    return World(
        parts={
            "username": "olga", "sku": "TEE", "number": str(supply.id),
            "prefix": client.prefix, "message_id": delivery.message_id,
            "scope": "base", "verb": "activate", "url": "anything/", "content_type_id": "1", "object_id": "1",
            "app_label": "auth", "id": "1",
        },
        refs={
            "orders": order.ref, "counts": count.ref, "transfers": transfer.ref, "webhooks": endpoint.ref,
            "jobs": job.ref, "bulk": many.ref, "master": job.ref,
        },
        codes={"master/skus": "TEE", "master/channels": "web"},
    )  # fmt: skip
