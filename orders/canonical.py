"""Maps the body of `POST /orders` to values. Pure: it reads no table, and says everything that is wrong at once."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from dom.kernel.money import to_minor
from orders.errors import OrderInvalid
from orders.values import TO_ADDRESS, AskedGroup, AskedLine, AskedOrder, Contact, Place

Body = Mapping[str, Any]

#: The group that `fulfillment` and `ship_to` stand for.
ONLY_GROUP = "1"
_SHORT = "fulfillment"
_DIGITS_OF_PLACE = 6
#: No line and no sum beside the lines is worth more, in minor units: a thousand of them still fit 64 bits.
_MOST = 10**15


class _Faults:
    """Collects what is wrong, by the place in the body."""

    def __init__(self) -> None:
        self.found: list[dict[str, str]] = []

    def add(self, field: str, message: str) -> None:
        self.found.append({"field": field, "message": message})


def read_order(body: Body, *, at: datetime) -> AskedOrder:
    """Return the order that `body` (names as in the API, instants as aware datetimes) asks for.

    Laws: every unit of every line is asked for once; total = lines + charges; the same body gives the same values.

    Raises:
        OrderInvalid: `errors` names each wrong field.
    """
    faults = _Faults()
    currency = body["currency"]
    groups = _groups(body, faults)
    lines = tuple(_line(n, line, groups, currency, faults) for n, line in enumerate(body["lines"]))
    _check_lines(lines, faults)
    charges = sum(
        _money(charge.get("amount", 0), currency, f"charges/{n}/amount", faults)
        for n, charge in enumerate(body.get("charges") or ())
    )
    payment = body.get("payment") or {}
    customer = body.get("customer") or {}
    amount = payment.get("amount")
    order = AskedOrder(
        channel=body["channel"],
        external_ref=body["external_ref"],
        placed_at=body.get("placed_at") or at,
        currency=currency,
        groups=groups,
        lines=lines,
        customer=_contact(customer) if customer else None,
        customer_tier=customer.get("tier") or "",
        charges_minor=charges,
        payment_status=payment.get("status") or "",
        authorized_minor=None if amount is None else _money(amount, currency, "payment/amount", faults),
        reservations=tuple(dict.fromkeys(body.get("reservations") or ())),
        queue_if_lapsed=body.get("on_lapsed_reservation") == "QUEUE",
        attributes=dict(body.get("attributes") or {}),
        tags=tuple(sorted(set(body.get("tags") or ()))),
        not_before=body.get("not_before"),
    )
    if not faults.found and order.total_minor < 0:
        faults.add("lines", "Discounts exceed what the order costs.")
    if faults.found:
        first = faults.found[0]
        raise OrderInvalid(f"{first['field']}: {first['message']}", errors=faults.found)
    return order


def _contact(person: Body) -> Contact:
    return Contact(**{name: person.get(name) or "" for name in ("external_ref", "name", "email", "phone")})


def _place(place: Body, field: str, faults: _Faults) -> Place:
    words = {name: place.get(name) or "" for name in ("name", "line1", "line2", "city", "region", "postal_code")}
    latitude, longitude = place.get("latitude"), place.get("longitude")
    if (latitude is None) != (longitude is None):
        faults.add(field, "latitude and longitude come together.")
        latitude = longitude = None
    return Place(country=place["country"], latitude=_degrees(latitude), longitude=_degrees(longitude), **words)


def _degrees(value: Decimal | float | None) -> float | None:
    return None if value is None else round(float(value), _DIGITS_OF_PLACE)


def _groups(body: Body, faults: _Faults) -> tuple[AskedGroup, ...]:
    if body.get("groups"):
        asked: Sequence[Body] = body["groups"]
        places = [f"groups/{n}" for n in range(len(asked))]
    else:
        asked = [{"group_ref": ONLY_GROUP, **(body.get("fulfillment") or {"method": "SHIP"})}]
        places = [_SHORT]
    groups = tuple(
        _group(group, body.get("ship_to"), field, faults) for group, field in zip(asked, places, strict=True)
    )
    refs = [group.group_ref for group in groups]
    for n, ref in enumerate(refs):
        if ref in refs[:n]:
            faults.add(f"groups/{n}/group_ref", f"{ref} is given twice.")
    return groups


def _group(group: Body, shared: Body | None, field: str, faults: _Faults) -> AskedGroup:
    own = group.get("ship_to")
    ship_to = own or shared
    address = "ship_to" if field == _SHORT or (shared and not own) else f"{field}/ship_to"
    method, node = group["method"], group.get("node") or ""
    if method in TO_ADDRESS and not ship_to:
        faults.add(address, f"{method} needs a ship_to.")
    if method not in TO_ADDRESS and not node:
        faults.add(f"{field}/node", f"{method} needs a node.")
    person = group.get("pickup_person")
    return AskedGroup(
        group_ref=group["group_ref"],
        method=method,
        node=node,
        ship_to=_place(ship_to, address, faults) if ship_to else None,
        pickup_person=_contact(person) if person else None,
        service_level=group.get("service_level") or "",
        promised_by=group.get("promised_by"),
        allow_split=group.get("allow_split", True),
        place=field,
    )


def _line(number: int, line: Body, groups: Sequence[AskedGroup], currency: str, faults: _Faults) -> AskedLine:
    field = f"lines/{number}"
    group = line.get("group") or groups[0].group_ref
    if group not in {known.group_ref for known in groups}:
        faults.add(f"{field}/group", f"There is no group {group}.")

    def added_up(name: str) -> int:
        parts = enumerate(line.get(name) or ())
        return sum(_money(part.get("amount", 0), currency, f"{field}/{name}/{n}/amount", faults) for n, part in parts)

    asked = AskedLine(
        line_ref=line["line_ref"],
        sku=line["sku"],
        quantity=line["quantity"],
        group=group,
        unit_price_minor=_money(line.get("unit_price") or 0, currency, f"{field}/unit_price", faults),
        discount_minor=added_up("discounts"),
        tax_minor=added_up("taxes"),
        kind=line.get("kind") or "PRODUCT",
        parent=line.get("parent") or "",
        keep_together=line.get("keep_together") or "",
    )
    if asked.quantity * asked.unit_price_minor >= _MOST:
        faults.add(f"{field}/quantity", "The line is worth more than an order can be.")
    if asked.discount_minor > asked.quantity * asked.unit_price_minor:
        faults.add(f"{field}/discounts", "The discounts exceed the line's price.")
    return asked


def _check_lines(lines: Sequence[AskedLine], faults: _Faults) -> None:
    by_ref = {line.line_ref: line for line in lines}
    seen: set[str] = set()
    for n, line in enumerate(lines):
        if line.line_ref in seen:
            faults.add(f"lines/{n}/line_ref", f"{line.line_ref} is given twice.")
        seen.add(line.line_ref)
        parent = by_ref.get(line.parent)
        if line.parent and (parent is None or parent.kind != "BUNDLE"):
            faults.add(f"lines/{n}/parent", f"There is no bundle line {line.parent}.")


def _money(value: Any, currency: str, field: str, faults: _Faults) -> int:
    if isinstance(value, Mapping):
        if value.get("currency") not in {None, currency}:
            faults.add(field, f"The order is in {currency}, this is in {value['currency']}.")
            return 0
        value = value.get("amount", 0)
    try:
        minor = to_minor(str(value), currency)
    except ValueError as wrong:
        faults.add(field, str(wrong))
        return 0
    if not 0 <= minor < _MOST:
        faults.add(field, "An amount is neither negative nor that large.")
        return 0
    return minor
