"""Shapes of the network: SKUs, nodes, groups, channels. A row replaces all facts of its code."""

from typing import Any
from zoneinfo import available_timezones

from rest_framework import serializers

from dom.kernel.rest.fields import Code, CostE4, Currency, Instant, MoneyShape, OneOf, Text, Whole
from inventory.models import Channel, Node, NodeGroup, Sku

_GRAMS = 100_000_000
_MM = 1_000_000
_PPM = 1_000_000
_UNITS = 1_000_000_000
_MINUTES = 43_200  # thirty days


class Words(serializers.ListField):
    """Up to 100 codes."""

    def __init__(self, child: serializers.Field[Any, Any, Any, Any] | None = None, **kwargs: Any) -> None:
        super().__init__(child=child or Code(), max_length=100, **kwargs)

    def to_internal_value(self, data: Any) -> Any:
        """Return the codes as a tuple, each once, in the order given.

        Raises:
            serializers.ValidationError: one of them is no code.
        """
        return tuple(dict.fromkeys(super().to_internal_value(data)))


class Country(Text):
    """An ISO 3166 code of two capitals."""

    default_error_messages = {"country": "An ISO 3166 code of two capitals, such as US."}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_length=2, max_length=2, **kwargs)

    def to_internal_value(self, data: Any) -> str:
        """Return the code.

        Raises:
            serializers.ValidationError: not two capitals.
        """
        code = super().to_internal_value(data)
        if not (code.isascii() and code.isalpha() and code.isupper()):
            self.fail("country")
        return code


class TimeZone(Text):
    """An IANA time zone."""

    default_error_messages = {"zone": "An IANA time zone such as America/New_York."}

    def to_internal_value(self, data: Any) -> str:
        """Return the name.

        Raises:
            serializers.ValidationError: there is no such zone.
        """
        name = super().to_internal_value(data)
        if name not in available_timezones():
            self.fail("zone")
        return name


class SkuShape(serializers.Serializer[Any]):
    """A sellable unit. Grams and millimeters; `value` is what one unit is worth."""

    code = Code()
    name = Text(max_length=200, required=False, allow_blank=True)
    gtin = serializers.RegexField(r"^[0-9]{8,14}$", required=False, allow_blank=True)
    weight_grams = Whole(min_value=0, max_value=_GRAMS, required=False)
    length_mm = Whole(min_value=0, max_value=_MM, required=False)
    width_mm = Whole(min_value=0, max_value=_MM, required=False)
    height_mm = Whole(min_value=0, max_value=_MM, required=False)
    handling_class = Text(max_length=32, required=False, allow_blank=True)
    hazmat_class = Text(max_length=16, required=False, allow_blank=True)
    temperature_class = OneOf(Sku.Temperature.choices, required=False)
    minimum_age = Whole(min_value=0, max_value=150, required=False)
    export_controlled = serializers.BooleanField(required=False)
    value = MoneyShape(required=False)
    tags = Words(required=False)
    is_active = serializers.BooleanField(required=False)
    backorder_limit = Whole(
        min_value=0, max_value=_UNITS, required=False, allow_null=True,
        help_text="Units that may wait for stock, over all orders; 0 takes no backorders, null any number",
    )  # fmt: skip

    def to_representation(self, instance: Any) -> dict[str, Any]:
        """Return the SKU with its value as money."""
        if isinstance(instance, Sku):
            instance.value = (instance.value_minor, instance.currency)  # type: ignore[attr-defined]  # for the field
        return dict(super().to_representation(instance))


class NodeShape(serializers.Serializer[Any]):
    """A place that holds stock. Costs are per fulfillment order, per line and per unit, in the major currency unit."""

    code = Code()
    kind = OneOf(Node.Kind.choices)
    name = Text(max_length=200, required=False, allow_blank=True)
    status = OneOf(Node.Status.choices, required=False)
    paused_until = Instant(required=False, allow_null=True)
    line1 = Text(max_length=200, required=False, allow_blank=True)
    city = Text(max_length=100, required=False, allow_blank=True)
    region = Text(max_length=32, required=False, allow_blank=True)
    postal_code = Text(max_length=16, required=False, allow_blank=True)
    country = Country(required=False)
    latitude = serializers.FloatField(min_value=-90, max_value=90, required=False, allow_null=True)
    longitude = serializers.FloatField(min_value=-180, max_value=180, required=False, allow_null=True)
    time_zone = TimeZone(max_length=64, required=False)
    calendar = Text(max_length=64, required=False, allow_blank=True)
    methods = Words(OneOf(Node.Method.choices), required=False)
    hazmat_classes = Words(Code(max_length=16), required=False)
    temperature_classes = Words(OneOf(Sku.Temperature.choices), required=False)
    max_piece_grams = Whole(min_value=0, max_value=_GRAMS, required=False, allow_null=True)
    handles_oversize = serializers.BooleanField(required=False)
    must_acknowledge = serializers.BooleanField(required=False)
    release_minutes = Whole(
        min_value=0, max_value=_MINUTES, required=False, allow_null=True,
        help_text="Planned work is released so long before it has to leave, and not begun earlier; null begins at once",
    )  # fmt: skip
    accept_minutes = Whole(
        min_value=1, max_value=_MINUTES, required=False, allow_null=True,
        help_text="Work not accepted within so many opening minutes is routed elsewhere; null waits",
    )  # fmt: skip
    feed_basis = OneOf(Node.FeedBasis.choices, required=False)
    fulfillment_cost = CostE4(source="fulfillment_cost_e4", required=False)
    line_cost = CostE4(source="line_cost_e4", required=False)
    unit_cost = CostE4(source="unit_cost_e4", required=False)
    failed_pick_ppm = Whole(min_value=0, max_value=_PPM, required=False)
    tags = Words(required=False)


class NodeGroupShape(serializers.Serializer[Any]):
    """A named set of nodes; the row names all its members."""

    code = Code()
    name = Text(max_length=200, required=False, allow_blank=True)
    nodes = serializers.ListField(child=Code(), max_length=20_000, required=False)

    def to_representation(self, instance: Any) -> dict[str, Any]:
        """Return the group with the codes of its members."""
        if isinstance(instance, NodeGroup):
            members = sorted(node.code for node in instance.nodes.all())
            return {"code": instance.code, "name": instance.name, "nodes": members}
        return dict(super().to_representation(instance))


class ChannelShape(serializers.Serializer[Any]):
    """Somebody who sells; `node_group` null means every node."""

    code = Code()
    name = Text(max_length=200, required=False, allow_blank=True)
    currency = Currency(required=False)
    country = Country(required=False)
    time_zone = TimeZone(max_length=64, required=False)
    accept = OneOf(Channel.Accept.choices, required=False)
    fraud_screening = serializers.BooleanField(
        required=False, help_text="Whether orders are held by their fraud score; false where somebody else screens them"
    )
    fraud_score = Whole(
        min_value=0, max_value=100, required=False,
        help_text="Orders are held from this attributes.fraud_score on (0 harmless, 100 surely fraud); 75 unless given",
    )  # fmt: skip
    node_group = Code(required=False, allow_null=True)
    is_active = serializers.BooleanField(required=False)

    def to_representation(self, instance: Any) -> dict[str, Any]:
        """Return the channel with its group's code."""
        shown = dict(super().to_representation(instance))
        if isinstance(instance, Channel):
            shown["node_group"] = instance.node_group.code if instance.node_group else None
        return shown
