"""Shapes of what channels send: an order and its parts."""

from decimal import Decimal
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from dom.kernel.rest.fields import Attributes, Code, Currency, Degrees, Instant, OneOf, Quantity, Text
from orders.models import FulfillmentGroup, OrderLine

_MONEY = {"$ref": "#/components/schemas/Money"}
_AMOUNT = r"^[0-9]{1,12}(\.[0-9]{1,4})?$"
_LARGEST_LINE = 1_000_000
_MOST_LINES = 1_000


@extend_schema_field(
    {
        "oneOf": [
            {"type": "string", "pattern": _AMOUNT, "description": "A decimal in the order's currency"},
            {
                "type": "object",
                "required": ["amount", "currency"],
                "properties": {
                    "amount": {"type": "string", "pattern": _AMOUNT},
                    "currency": {"type": "string", "minLength": 3, "maxLength": 3},
                },
            },
        ]
    }
)
class Amount(serializers.Field[Any, Any, Any, Any]):
    """Money: "12.34" in the order's currency, or {amount, currency}; a JSON number is read as its decimal."""

    default_error_messages = {"amount": 'An amount is a decimal as text, such as "12.34", or {{amount, currency}}.'}

    def to_internal_value(self, data: Any) -> Any:
        """Return the decimal text, or {amount, currency} of texts; what it is worth is said by the currency.

        Raises:
            serializers.ValidationError: it is neither.
        """
        if isinstance(data, dict) and set(data) == {"amount", "currency"} and isinstance(data["currency"], str):
            return {"amount": self._decimal(data["amount"]), "currency": data["currency"][:3]}
        return self._decimal(data)

    def to_representation(self, value: Any) -> Any:
        """Return what was given."""
        return value

    def _decimal(self, data: Any) -> str:
        if isinstance(data, bool) or not isinstance(data, (str, int, Decimal)):
            self.fail("amount")
        # A whole number is written as it is: through "f" it would become a float, and another number.
        text = format(data, "f") if isinstance(data, Decimal) else str(data)
        if len(text) > 40:
            self.fail("amount")
        return text


class _Optional:
    """Options of a field that may be left out, null or empty."""

    TEXT: dict[str, Any] = {"required": False, "allow_null": True, "allow_blank": True}
    REST: dict[str, Any] = {"required": False, "allow_null": True}


class AddressShape(serializers.Serializer[Any]):
    """Where parcels go."""

    name = Text(max_length=200, **_Optional.TEXT)
    line1 = Text(max_length=200, **_Optional.TEXT)
    line2 = Text(max_length=200, **_Optional.TEXT)
    city = Text(max_length=100, **_Optional.TEXT)
    region = Text(max_length=32, **_Optional.TEXT)
    postal_code = Text(max_length=16, **_Optional.TEXT)
    country = Text(min_length=2, max_length=2, help_text="ISO 3166 code such as US")
    latitude = Degrees(min_value=-90, max_value=90, **_Optional.REST)
    longitude = Degrees(min_value=-180, max_value=180, **_Optional.REST)


class PersonShape(serializers.Serializer[Any]):
    """How to reach somebody."""

    name = Text(max_length=200, **_Optional.TEXT)
    email = Text(max_length=254, **_Optional.TEXT)
    phone = Text(max_length=40, **_Optional.TEXT)


class CustomerShape(PersonShape):
    """Who ordered; `tier` raises the priority (SILVER, GOLD, PLATINUM, VIP)."""

    external_ref = Text(max_length=128, **_Optional.TEXT)
    tier = Text(max_length=32, **_Optional.TEXT)


class FulfillmentShape(serializers.Serializer[Any]):
    """How and by when; PICKUP and SHIP_TO_STORE name a node."""

    method = OneOf(choices=FulfillmentGroup.Method.choices)
    node = Code(required=False, allow_null=True)
    service_level = Text(max_length=32, **_Optional.TEXT)
    promised_by = Instant(**_Optional.REST)
    allow_split = serializers.BooleanField(required=False, default=True)


class GroupShape(FulfillmentShape):
    """Lines that go one way to one place."""

    group_ref = Code()
    ship_to = AddressShape(**_Optional.REST)
    pickup_person = PersonShape(**_Optional.REST)


class ChargeShape(serializers.Serializer[Any]):
    """A sum beside the price: a discount, a tax, or a charge such as shipping."""

    name = Text(max_length=100, **_Optional.TEXT)
    amount = Amount()


class LineShape(serializers.Serializer[Any]):
    """Units of one SKU; discounts and taxes are of the whole line."""

    line_ref = Code()
    sku = Code()
    quantity = Quantity(max_value=_LARGEST_LINE)
    unit_price = Amount(required=False)
    kind = OneOf(choices=OrderLine.Kind.choices, required=False)
    parent = Code(required=False, allow_null=True, help_text="line_ref of its bundle")  # type: ignore[assignment]  # no DRF parent
    group = Code(required=False, allow_null=True, help_text="group_ref; the first group where left out")
    discounts = ChargeShape(many=True, required=False, max_length=100)  # type: ignore[call-arg]  # for the list
    taxes = ChargeShape(many=True, required=False, max_length=100)  # type: ignore[call-arg]  # for the list
    keep_together = Code(required=False, allow_null=True, help_text="Lines with the same word leave in one parcel")


class PaymentShape(serializers.Serializer[Any]):
    """What the channel knows of the payment; PENDING holds the order."""

    status = OneOf(choices=["AUTHORIZED", "CAPTURED", "PAID", "PENDING"])
    amount = Amount(required=False)


class OrderAskedShape(serializers.Serializer[Any]):
    """An order as a channel sends it; `fulfillment` and `ship_to` are short for one group."""

    channel = Code()
    external_ref = Code(max_length=128)
    placed_at = Instant(required=False)
    not_before = Instant(
        required=False, allow_null=True, help_text="Nothing is planned before; carts and pickups keep their claims"
    )
    currency = Currency()
    customer = CustomerShape(**_Optional.REST)
    fulfillment = FulfillmentShape(required=False)
    ship_to = AddressShape(**_Optional.REST)
    groups = GroupShape(many=True, required=False, min_length=1, max_length=50)  # type: ignore[call-arg]  # for the list
    payment = PaymentShape(**_Optional.REST)
    lines = LineShape(many=True, min_length=1, max_length=_MOST_LINES)  # type: ignore[call-arg]  # for the list
    charges = ChargeShape(many=True, required=False, max_length=100)  # type: ignore[call-arg]  # for the list
    reservations = serializers.ListField(child=Code(), required=False, max_length=100)
    on_lapsed_reservation = OneOf(choices=["REFUSE", "QUEUE"], required=False)
    attributes = Attributes(
        required=False, help_text="Facts of your own; a fraud_score (0 harmless, 100 surely fraud) may hold the order"
    )
    tags = serializers.ListField(child=Code(), required=False, max_length=50)
