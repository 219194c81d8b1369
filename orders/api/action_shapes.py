"""Shapes of what is asked of an order that stands: cancellations, a new address, holds."""

from typing import Any

from rest_framework import serializers

from dom.kernel.money import to_minor
from dom.kernel.rest.errors import Fault, ShapeInvalid
from dom.kernel.rest.fields import Code, Instant, OneOf, Quantity, Text
from orders.api.asked import AddressShape, Amount
from orders.models import FulfillmentGroup, Hold, PaymentEntry
from orders.services.holds import Scope as HoldScope
from orders.services.paying import Payment
from orders.values import Place

_REF: dict[str, Any] = {"required": False, "default": ""}
_MOST_MINOR = 10**15
_WORDS = ("name", "line1", "line2", "city", "region", "postal_code")


class CancelShape(serializers.Serializer[Any]):
    """Why the order is cancelled; a code, not words about a person."""

    reason = Code(required=False, default="CUSTOMER")


class CancelLineShape(CancelShape):
    """How many units of the line; every one that has not left, where nothing is said."""

    quantity = Quantity(required=False)


class SwapShape(serializers.Serializer[Any]):
    """Which line sells which SKU from here on, at the price that was agreed.

    With `propose` the line waits, on a hold SWAP, until somebody releases it (the swap is made) or declines it.
    """

    line_ref = Code()
    sku = Code()
    propose = serializers.BooleanField(required=False, default=False)
    owner = Text(max_length=64, help_text="Who approves it; customer service where left out", **_REF)


class WayShape(serializers.Serializer[Any]):
    """How a group gets to the customer; PICKUP and SHIP_TO_STORE name a node, the others keep their address."""

    method = OneOf(choices=FulfillmentGroup.Method.choices)
    node = Code(**_REF)
    ship_to = AddressShape(required=False)
    group = Code(help_text="group_ref; the order's only one where left out", **_REF)


class ChangesShape(serializers.Serializer[Any]):
    """One change: another item, another way to the customer, or a note (it stands in events and names nobody)."""

    note = Text(max_length=200, required=False)
    swap = SwapShape(required=False)
    fulfillment = WayShape(required=False)
    reason = Code(**_REF)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Refuse none and several."""
        if len({"note", "swap", "fulfillment"} & set(attrs)) != 1:
            raise serializers.ValidationError("Name one of note, swap and fulfillment.")
        return attrs


class PaidShape(serializers.Serializer[Any]):
    """One thing that happened to the order's money, in the order's currency."""

    kind = OneOf(choices=[kind for kind in PaymentEntry.Kind.choices if kind[0] != PaymentEntry.Kind.ADJUST])
    amount = Amount()
    tender = Code(max_length=32, required=False, default="card", help_text="Which means of payment")
    reference = Text(max_length=128, required=False, default="", help_text="The provider's own number; no card number")
    shipment = Code(help_text="Reference of the shipment that a capture or refund is for", **_REF)

    @staticmethod
    def read(asked: dict[str, Any], currency: str) -> Payment:
        """Return the payment.

        Raises:
            ShapeInvalid: the amount is none of this currency.
        """
        try:
            minor = _minor(asked["amount"], currency)
        except ValueError as wrong:
            sentence = str(wrong)
            raise ShapeInvalid(sentence, faults=[Fault("#/amount", "invalid", sentence, field="amount")]) from wrong
        return Payment(asked["kind"], minor, asked["tender"], asked["reference"], asked["shipment"])


def _minor(told: Any, currency: str) -> int:
    amount, said = (told["amount"], told["currency"]) if isinstance(told, dict) else (told, currency)
    minor = to_minor(amount, currency)
    if said != currency or minor > _MOST_MINOR:
        raise ValueError(f"An amount in {currency}, and no more than anybody owns.")
    return minor


class ChangeAddressShape(serializers.Serializer[Any]):
    """Where the order, or one group of it, shall go."""

    ship_to = AddressShape()
    group = Code(help_text="group_ref; every group that goes to an address where left out", **_REF)
    reason = Code(**_REF)

    @staticmethod
    def read(ship_to: dict[str, Any]) -> Place:
        """Return the address.

        Raises:
            ShapeInvalid: one coordinate comes without the other.
        """
        latitude, longitude = ship_to.get("latitude"), ship_to.get("longitude")
        if (latitude is None) != (longitude is None):
            sentence = "latitude and longitude come together."
            raise ShapeInvalid(sentence, faults=[Fault("#/ship_to", "invalid", sentence, field="ship_to")])
        words = {name: ship_to.get(name) or "" for name in _WORDS}
        return Place(country=ship_to["country"], latitude=latitude, longitude=longitude, **words)


class _ScopedShape(serializers.Serializer[Any]):
    line_ref = Code(help_text="Only this line", **_REF)
    fulfillment_order = Code(help_text="Only this fulfillment order", **_REF)

    @staticmethod
    def scope(order_ref: str, asked: dict[str, Any]) -> HoldScope:
        """Return what is meant.

        Raises:
            ShapeInvalid: a line and a fulfillment order are named together.
        """
        if asked["line_ref"] and asked["fulfillment_order"]:
            sentence = "Name a line or a fulfillment order, not both."
            raise ShapeInvalid(sentence, faults=[Fault("#/line_ref", "invalid", sentence, field="line_ref")])
        return HoldScope(order_ref, asked["line_ref"], asked["fulfillment_order"])


class HoldAskShape(_ScopedShape):
    """What stops, why, who has to look at it and until when."""

    kind = OneOf(choices=Hold.Kind.choices, default=Hold.Kind.MANUAL.value)
    owner = Text(max_length=64, default="Customer service")
    reason = Text(max_length=500)
    due_at = Instant(required=False, default=None)


class ReleaseShape(_ScopedShape):
    """Which holds end: those of this scope, or the one of `kind`."""

    kind = OneOf(choices=Hold.Kind.choices, required=False, default="")
    reason = Text(max_length=200, required=False, default="", allow_blank=True)
    decline = serializers.BooleanField(
        required=False, default=False, help_text="End a proposed swap of line_ref without making it; the item stays"
    )
