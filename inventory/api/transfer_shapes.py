"""Shapes of transfers."""

from typing import Any

from rest_framework import serializers

from dom.kernel.rest.fields import Code, Instant, Quantity, Text
from inventory.models import Transfer

_MOST_LINES = 1_000


class TransferLineAsk(serializers.Serializer[Any]):
    """Units of a SKU."""

    sku = Code()
    quantity = Quantity()


class TransferAsk(serializers.Serializer[Any]):
    """What shall go from where to where, and when it should be there."""

    from_node = Code()
    to_node = Code()
    expected_at = Instant()
    note = Text(max_length=200, required=False, allow_blank=True)
    lines = TransferLineAsk(many=True, allow_empty=False, max_length=_MOST_LINES)  # type: ignore[call-arg]  # the list's own bound


class ShipTransferAsk(serializers.Serializer[Any]):
    """What leaves; without lines everything that has not left. `final` says that the rest stays."""

    lines = TransferLineAsk(many=True, required=False, allow_empty=False, max_length=_MOST_LINES)  # type: ignore[call-arg]  # the list's own bound
    final = serializers.BooleanField(required=False)


class ArrivedLineAsk(serializers.Serializer[Any]):
    """Units of a SKU that came in, and how many of them are damaged."""

    sku = Code()
    quantity = Quantity()
    damaged = Quantity(min_value=0, required=False)


class ReceiveTransferAsk(serializers.Serializer[Any]):
    """What came in; without lines everything on the way. `final` writes off what is missing, with a reason."""

    lines = ArrivedLineAsk(many=True, required=False, max_length=_MOST_LINES)  # type: ignore[call-arg]  # the list's own bound
    final = serializers.BooleanField(required=False)
    reason = Text(max_length=200, required=False, allow_blank=True)


class TransferReasonAsk(serializers.Serializer[Any]):
    """Why."""

    reason = Text(max_length=200)


class TransferLineShape(serializers.Serializer[Any]):
    """One line; `in_transit` = shipped − received − written_off, and `damaged` is a part of received."""

    sku = serializers.CharField(source="sku.code")
    requested = serializers.IntegerField()
    shipped = serializers.IntegerField()
    received = serializers.IntegerField()
    damaged = serializers.IntegerField()
    written_off = serializers.IntegerField()
    in_transit = serializers.IntegerField()


class TransferShape(serializers.Serializer[Any]):
    """One transfer as it stands."""

    ref = serializers.CharField()
    status = serializers.ChoiceField(choices=Transfer.Status.choices)
    from_node = serializers.CharField(source="from_node.code")
    to_node = serializers.CharField(source="to_node.code")
    expected_at = serializers.DateTimeField()
    requested_at = serializers.DateTimeField()
    requested_by = serializers.CharField()
    approved_by = serializers.CharField()
    note = serializers.CharField()
    reason = serializers.CharField()
    closed_at = serializers.DateTimeField(allow_null=True)
    revision = serializers.IntegerField()
    lines = TransferLineShape(many=True)
