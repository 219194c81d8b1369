"""Shapes of stock: counts, adjustments, incoming supply, quotas."""

from typing import Any

from rest_framework import serializers

from dom.kernel.rest.fields import MAX_QUANTITY, Code, Instant, Quantity, Text, Whole


class StockShape(serializers.Serializer[Any]):
    """What is on hand (or free, at a node whose feed counts that) at `counted_at`, the time of receipt unless told."""

    sku = Code()
    node = Code()
    on_hand = Quantity(min_value=0)
    counted_at = Instant(required=False)


class AdjustmentShape(serializers.Serializer[Any]):
    """A signed change of what is on hand, with its reason; `unsellable` changes how much of it may not be sold."""

    sku = Code()
    node = Code()
    quantity = Whole(min_value=-MAX_QUANTITY, max_value=MAX_QUANTITY)
    unsellable = Whole(min_value=-MAX_QUANTITY, max_value=MAX_QUANTITY, required=False)
    reason = Code()
    reference = Text(max_length=96, required=False, allow_blank=True)
    lot = Text(max_length=64, required=False, allow_blank=True)


class IncomingSupplyShape(serializers.Serializer[Any]):
    """Dated supply; (`source_ref`, `sku`, `node`) is its name, and the row replaces quantity and date."""

    source_ref = Code(max_length=96)
    sku = Code()
    node = Code()
    quantity = Quantity(min_value=0)
    expected_at = Instant()
    received = serializers.IntegerField(read_only=True)
    reserved = serializers.IntegerField(read_only=True)


class LevelShape(serializers.Serializer[Any]):
    """The balance of one SKU at one node."""

    sku = serializers.CharField(source="sku.code")
    node = serializers.CharField(source="node.code")
    on_hand = serializers.IntegerField()
    unsellable = serializers.IntegerField()
    reserved = serializers.IntegerField()
    shortage = serializers.IntegerField()
    safety_stock = serializers.IntegerField()
    unlimited = serializers.BooleanField()
    counted_at = serializers.DateTimeField(allow_null=True)
