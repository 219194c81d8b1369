"""Orders as a channel sends them, for tests that are about something else."""

import itertools
import json
from datetime import datetime
from typing import Any

from dom.kernel.transactions import unit_of_work
from orders.canonical import read_order
from orders.models import Order
from orders.services.intake import Arrival, Placed, place_order
from tests import cast

_numbers = itertools.count(1)

NEW_YORK = {
    "name": "Ana", "line1": "1 Mercer St", "city": "New York", "region": "NY", "postal_code": "10013", "country": "US",
    "latitude": 40.72, "longitude": -74.0,
}  # fmt: skip


def body(*lines: tuple[str, int], **more: Any) -> dict[str, Any]:
    """Return a body that ships (sku, quantity) lines at 10.00 each to New York."""
    asked = {
        "channel": "web",
        "external_ref": f"W-{next(_numbers)}",
        "placed_at": cast.NOW,
        "currency": "USD",
        "fulfillment": {"method": "SHIP"},
        "ship_to": NEW_YORK,
        "lines": [
            {"line_ref": str(n), "sku": sku, "quantity": quantity, "unit_price": "10.00"}
            for n, (sku, quantity) in enumerate(lines, start=1)
        ],
    }
    return asked | more


def arrival(asked: dict[str, Any], *, at: datetime = cast.NOW) -> Arrival:
    return Arrival(read_order(asked, at=at), json.dumps(asked, default=str).encode(), "tests")


def place(*lines: tuple[str, int], at: datetime = cast.NOW, **more: Any) -> Order:
    with unit_of_work():
        placed = place_order(arrival=arrival(body(*lines, **more), at=at), at=at, actor=cast.ACTOR)
    return Order.objects.get(id=placed.id)


def send(asked: dict[str, Any], *, at: datetime = cast.NOW) -> Placed:
    with unit_of_work():
        return place_order(arrival=arrival(asked, at=at), at=at, actor=cast.ACTOR)
