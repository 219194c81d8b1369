"""Shapes of what keeps stock and capacity back: safety stock, channel rules, capacities, quotas."""

from typing import Any

from rest_framework import serializers

from dom.kernel.rest.fields import Code, OneOf, Quantity, Text, Whole
from inventory.models import ChannelQuota, Node, NodeDay
from inventory.rules import WEEKDAYS

_RANK = 1_000_000_000


class _Day(serializers.DateField):
    """A date that stays text, as documents hold it."""

    def to_internal_value(self, value: Any) -> Any:
        """Return the date as text.

        Raises:
            serializers.ValidationError: it is no date.
        """
        return super().to_internal_value(value).isoformat()

    def to_representation(self, value: Any) -> str:
        """Return the text as it is."""
        return str(value)


class _Scoped(serializers.Serializer[Any]):
    """What a rule is about; what is left out means every one. The lowest rank decides, then the code.

    `from` and `to` are the first and the last date on which the rule is in force, in each node's own time zone.
    """

    code = Code()
    rank = Whole(min_value=0, max_value=_RANK, required=False)
    tags = serializers.ListField(child=Code(), max_length=100, required=False)
    skus = serializers.ListField(child=Code(), max_length=10_000, required=False)
    node_group = Text(max_length=64, required=False, allow_blank=True)
    channel = Text(max_length=64, required=False, allow_blank=True)
    active = serializers.BooleanField(required=False)
    to = _Day(required=False)

    def get_fields(self) -> dict[str, Any]:
        """Return the fields with `from`, which is no name of Python's, before `to`."""
        fields: dict[str, Any] = super().get_fields()
        last = fields.pop("to")
        return {**fields, "from": _Day(required=False), "to": last}

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Refuse a rule that ends before it begins.

        Raises:
            serializers.ValidationError: it does.
        """
        if attrs.get("from", "") > attrs.get("to", "9999"):
            raise serializers.ValidationError({"to": "It ends before it begins."})
        return attrs


class _Share(_Scoped):
    """Units, a percent of what is on hand (rounded up), or both: then whichever is more."""

    units = Quantity(min_value=0, required=False)
    percent = Whole(min_value=1, max_value=100, required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Refuse a rule that says no number.

        Raises:
            serializers.ValidationError: neither units nor percent.
        """
        if "units" not in attrs and "percent" not in attrs:
            raise serializers.ValidationError({"units": "Say units, or percent of what is on hand, or both."})
        return super().validate(attrs)


class SafetyStockShape(_Share):
    """Units that are never promised; a stock level's own safety stock counts if it is greater.

    `units`, `percent` of what is on hand (rounded up), or both: then whichever is more.
    """


class LowStockShape(_Share):
    """Where stock is low: no more than `units` free at a level, or no more than `percent` of what is on hand.

    The percent is rounded up; with `units`, whichever is more.
    """

    channel = None  # type: ignore[assignment]  # a level is low for every channel


class ChannelRuleShape(_Scoped):
    """What a channel may not sell: `threshold` keeps so many more units from it, `sell` switches it off or on.

    `threshold_percent` keeps a percent of what is on hand, rounded up; with `threshold`, whichever is more.
    """

    threshold = Quantity(min_value=0, required=False)
    threshold_percent = Whole(min_value=1, max_value=100, required=False)
    sell = serializers.BooleanField(required=False)
    methods = serializers.ListField(child=OneOf(Node.Method.choices), max_length=10, required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Refuse a rule that says nothing.

        Raises:
            serializers.ValidationError: neither threshold nor sell.
        """
        if not {"threshold", "threshold_percent", "sell"} & attrs.keys():
            raise serializers.ValidationError({"threshold": "Say a threshold, or whether to sell."})
        return super().validate(attrs)


class LimitShape(serializers.Serializer[Any]):
    """At most `limit` of `unit`: on a date, on some weekdays, or every day; a date beats a weekday."""

    unit = OneOf(NodeDay.Unit.choices)
    limit = Quantity(min_value=0)
    slot = Text(max_length=32, required=False, allow_blank=True)
    days = serializers.ListField(child=OneOf([(day, day) for day in WEEKDAYS]), max_length=7, required=False)
    date = serializers.DateField(required=False)

    def to_internal_value(self, data: Any) -> Any:
        """Return the limit with its date as text, as documents hold it.

        Raises:
            serializers.ValidationError: the shape is wrong.
        """
        told = dict(super().to_internal_value(data))
        if "date" in told:
            told["date"] = told["date"].isoformat()
        return told


class CapacityLineShape(LimitShape):
    """One limit of a node's day with its node: a line of a sheet."""

    node = Code()

    def get_fields(self) -> dict[str, Any]:
        """Return the fields with the node first."""
        fields: dict[str, Any] = super().get_fields()
        return {"node": fields.pop("node"), **fields}


class CapacityShape(serializers.Serializer[Any]):
    """The limits of a node's day; the row names all of them. Minutes are counted by the seconds of the work.

    Without any of the three, a line takes a minute.
    """

    node = Code()
    limits = LimitShape(many=True)
    order_seconds = Whole(min_value=0, max_value=86_400, required=False)
    line_seconds = Whole(min_value=0, max_value=86_400, required=False)
    unit_seconds = Whole(min_value=0, max_value=86_400, required=False)


class QuotaShape(serializers.Serializer[Any]):
    """The units of a SKU that a channel may take, what it took already included."""

    channel = Code()
    sku = Code()
    quota = Quantity(min_value=0)
    used = serializers.IntegerField(read_only=True)

    def to_representation(self, instance: Any) -> dict[str, Any]:
        """Return the quota with the codes of its channel and SKU."""
        if isinstance(instance, ChannelQuota):
            named = {"channel": instance.channel.code, "sku": instance.sku.code}
            return {**named, "quota": instance.quota, "used": instance.used}
        return dict(super().to_representation(instance))
