"""The body of a test drive: an order's own words, of which only what routing reads counts."""

from collections.abc import Mapping
from typing import Any

from rest_framework import serializers

from dom.kernel import money
from dom.kernel.rest.fields import Code, Currency, Degrees, Instant, OneOf, Quantity, Text
from routing.api.shapes import DocumentField
from routing.core.types import Destination, Method, RequestLine, RoutingRequest
from routing.core.values import InvalidValue
from routing.errors import RequestRefused

_MOST_LINES = 500
_REST: dict[str, Any] = {"required": False, "allow_null": True}
_TEXT: dict[str, Any] = {**_REST, "allow_blank": True}


class WhereShape(serializers.Serializer[Any]):
    """Where it would go; without coordinates the postal code says how far it is."""

    country = Text(min_length=2, max_length=2)
    region = Text(max_length=32, **_TEXT)
    postal_code = Text(max_length=16, **_TEXT)
    latitude = Degrees(min_value=-90, max_value=90, **_REST)
    longitude = Degrees(min_value=-180, max_value=180, **_REST)


class HowShape(serializers.Serializer[Any]):
    """How and by when; PICKUP and SHIP_TO_STORE name a node."""

    method = OneOf(choices=[(method.value, method.value) for method in Method])
    node = Code(**_REST)
    service_level = Text(max_length=32, **_TEXT)
    promised_by = Instant(**_REST)
    allow_split = serializers.BooleanField(required=False, default=True)


class TriedLineShape(serializers.Serializer[Any]):
    """Units of one SKU; the price counts where a rule asks for values."""

    line_ref = Code()
    sku = Code()
    quantity = Quantity(max_value=1_000_000)
    unit_price = Text(max_length=20, required=False)
    keep_together = Text(max_length=64, **_TEXT)


class TriedCustomerShape(serializers.Serializer[Any]):
    """Who would order."""

    tier = Text(max_length=32, **_TEXT)


class TestDriveShape(serializers.Serializer[Any]):
    """An order as POST /orders takes it, and if you like a draft of a policy to try it under."""

    channel = Code()
    currency = Currency(required=False, default="USD")
    fulfillment = HowShape()
    ship_to = WhereShape(**_REST)
    customer = TriedCustomerShape(**_REST)
    lines = serializers.ListField(child=TriedLineShape(), allow_empty=False, max_length=_MOST_LINES)
    tags = serializers.ListField(child=Code(), required=False, max_length=50)
    policy = DocumentField(**_REST)


def request_of(asked: Mapping[str, Any]) -> RoutingRequest:
    """Return the request that a checked body asks for.

    Raises:
        RequestRefused: it contradicts itself.
    """
    how, currency = asked["fulfillment"], asked["currency"]
    try:
        return RoutingRequest(
            ref="TEST:1",
            channel=asked["channel"],
            method=Method(how["method"]),
            lines=tuple(_line(line, currency) for line in asked["lines"]),
            ship_to=_destination(asked.get("ship_to")),
            node=how.get("node") or "",
            service_level=how.get("service_level") or "",
            promised_by=how.get("promised_by"),
            allow_split=how["allow_split"],
            currency=currency,
            customer_tier=(asked.get("customer") or {}).get("tier") or "",
            tags=frozenset(asked.get("tags", ())),
        )
    except (InvalidValue, ValueError) as wrong:
        raise RequestRefused(f"This cannot be routed: {wrong}.") from wrong


def _line(line: Mapping[str, Any], currency: str) -> RequestLine:
    return RequestLine(
        line_ref=line["line_ref"],
        sku=line["sku"],
        quantity=line["quantity"],
        value_minor=money.to_minor(line["unit_price"], currency) if "unit_price" in line else 0,
        keep_together=line.get("keep_together") or "",
    )


def _destination(where: Mapping[str, Any] | None) -> Destination | None:
    if where is None:
        return None
    return Destination(
        country=where["country"],
        region=where.get("region") or "",
        postal_code=where.get("postal_code") or "",
        latitude=where.get("latitude"),
        longitude=where.get("longitude"),
    )
