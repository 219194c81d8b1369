"""Shapes of availability and carts."""

from typing import Any

from rest_framework import serializers

from dom.kernel.rest.fields import Attributes, Code, Instant, OneOf, Quantity, Whole
from inventory.models import Node

MOST_SKUS = 500
MOST_LINES = 200
LONGEST_HOLD_SECONDS = 7 * 24 * 3600


class AvailabilityAsk(serializers.Serializer[Any]):
    """What may `channel` sell? `at` counts supply that is expected by then, too."""

    channel = Code()
    skus = serializers.ListField(child=Code(), min_length=1, max_length=MOST_SKUS)
    method = OneOf(Node.Method.choices, required=False)
    ship_to = Attributes(required=False, help_text="Taken for the shop's convenience; it narrows promises, not stock")
    at = Instant(required=False)
    by_node = serializers.BooleanField(required=False, default=False)


class NodeUnits(serializers.Serializer[Any]):
    """Units that one node offers."""

    node = serializers.CharField()
    available_to_sell = serializers.IntegerField()


class AvailabilityItem(serializers.Serializer[Any]):
    """What may be sold of one SKU; `nodes` when asked for."""

    sku = serializers.CharField()
    available_to_sell = serializers.IntegerField()
    status = serializers.ChoiceField(["IN_STOCK", "ON_ORDER", "OUT_OF_STOCK", "UNKNOWN_SKU"])
    unlimited = serializers.BooleanField()
    backorders_left = serializers.IntegerField(
        allow_null=True, help_text="Units that may still wait for stock beyond this; null: any number"
    )
    nodes = NodeUnits(many=True, required=False)


class AvailabilityAnswer(serializers.Serializer[Any]):
    """One item per SKU, in the order asked."""

    items = AvailabilityItem(many=True)


class ExplainAsk(serializers.Serializer[Any]):
    """Which number to explain; `at` is a past instant, now unless given."""

    sku = Code()
    channel = Code()
    node = Code(required=False)
    method = OneOf(Node.Method.choices, required=False)
    at = Instant(required=False)


class StepShape(serializers.Serializer[Any]):
    """Units added or taken away, and why."""

    name = serializers.CharField()
    units = serializers.IntegerField()
    why = serializers.CharField(allow_blank=True)


class NodeStepsShape(serializers.Serializer[Any]):
    """How one node comes to what it offers; `excluded` says why it offers nothing whatever it has."""

    node = serializers.CharField()
    steps = StepShape(many=True)
    sellable = serializers.IntegerField()
    excluded = serializers.CharField(allow_blank=True)


class WaterfallShape(serializers.Serializer[Any]):
    """The waterfall: the units of `steps` add up to `available_to_sell`."""

    channel = serializers.CharField()
    sku = serializers.CharField()
    at = serializers.DateTimeField()
    nodes = NodeStepsShape(many=True)
    steps = StepShape(many=True)
    available_to_sell = serializers.IntegerField()
    unlimited = serializers.BooleanField()
    notes = serializers.ListField(child=serializers.CharField())


class CartLineShape(serializers.Serializer[Any]):
    """Units of a SKU; `line_ref` is the place in the list unless given."""

    line_ref = Code(required=False)
    sku = Code()
    quantity = Quantity()


class ReservationAsk(serializers.Serializer[Any]):
    """A cart to hold: every line or nothing, at `node` if one is named."""

    channel = Code()
    lines = CartLineShape(many=True, allow_empty=False, max_length=MOST_LINES)  # type: ignore[call-arg]  # of the list
    ttl_seconds = Whole(min_value=1, max_value=LONGEST_HOLD_SECONDS, default=900)
    node = Code(required=False)

    def validate_lines(self, lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Name each line, and refuse two lines of one name.

        Raises:
            serializers.ValidationError: a name comes twice.
        """
        for number, line in enumerate(lines, 1):
            line.setdefault("line_ref", str(number))
        names = [line["line_ref"] for line in lines]
        if len(set(names)) < len(names):
            raise serializers.ValidationError("Each line needs a line_ref of its own.")
        return lines


class ExtendAsk(serializers.Serializer[Any]):
    """How much longer, counted from now; a hold is never made shorter."""

    ttl_seconds = Whole(min_value=1, max_value=LONGEST_HOLD_SECONDS, default=900)


class HeldLineShape(serializers.Serializer[Any]):
    """Units held at one node."""

    line_ref = serializers.CharField()
    sku = serializers.CharField()
    node = serializers.CharField()
    quantity = serializers.IntegerField()


class ReservationShape(serializers.Serializer[Any]):
    """A held cart; give `ref` in the order's `reservations` to turn it into the order's claims."""

    ref = serializers.CharField()
    expires_at = serializers.DateTimeField()
    lines = HeldLineShape(many=True)
