"""Shapes of what is answered: orders, their lines, holds and work. The values are the documents of the selectors."""

from collections.abc import Iterable
from typing import Any

from rest_framework import serializers

from dom.kernel.rest.fields import Whole
from orders.api.asked import AddressShape, CustomerShape, PersonShape
from orders.models import FulfillmentGroup, FulfillmentOrder, Hold, Order, OrderLine
from orders.selectors import documents

_WORD: dict[str, Any] = {"allow_blank": True}


class Money(serializers.Serializer[Any]):
    """An exact amount."""

    amount = serializers.CharField()
    currency = serializers.CharField()


class OrderLineShape(serializers.Serializer[Any]):
    """A line and the fate of its units: quantity = queued + backordered + planned + shipped + cancelled."""

    line_ref = serializers.CharField()
    sku = serializers.CharField()
    kind = serializers.ChoiceField(choices=OrderLine.Kind.choices)
    group = serializers.CharField()
    parent = serializers.CharField(allow_null=True)  # type: ignore[assignment]  # DRF moves fields off the class
    quantity = Whole()
    queued = Whole()
    backordered = Whole()
    planned = Whole()
    shipped = Whole()
    cancelled = Whole()
    returned = Whole()
    unit_price = Money()
    discount = Money()
    tax = Money()
    keep_together = serializers.CharField(**_WORD)


class HoldShape(serializers.Serializer[Any]):
    """What stops the order, or one line or fulfillment order of it, until somebody releases it."""

    kind = serializers.ChoiceField(choices=Hold.Kind.choices)
    owner = serializers.CharField()
    reason = serializers.CharField()
    placed_at = serializers.DateTimeField()
    due_at = serializers.DateTimeField(allow_null=True)
    line_ref = serializers.CharField(allow_null=True)
    fulfillment_order = serializers.CharField(allow_null=True)
    swap_to = serializers.CharField(allow_null=True, help_text="The SKU that a proposed swap brings")


class GroupShownShape(serializers.Serializer[Any]):
    """How and where to units go."""

    group_ref = serializers.CharField()
    method = serializers.ChoiceField(choices=FulfillmentGroup.Method.choices)
    node = serializers.CharField(allow_null=True)
    service_level = serializers.CharField(**_WORD)
    promised_by = serializers.DateTimeField(allow_null=True)
    allow_split = serializers.BooleanField()
    ship_to = AddressShape(allow_null=True)
    pickup_person = PersonShape(allow_null=True, required=False)


class WorkLineShape(serializers.Serializer[Any]):
    """Units of one line at one node: quantity = to_pick + picked + shorted + cancelled + shipped."""

    line_ref = serializers.CharField()
    sku = serializers.CharField()
    quantity = Whole()
    to_pick = Whole()
    picked = Whole()
    shorted = Whole()
    cancelled = Whole()
    shipped = Whole()


class PackedLineShape(serializers.Serializer[Any]):
    """Units in one package."""

    line_ref = serializers.CharField()
    sku = serializers.CharField()
    quantity = Whole()


class PackageShape(serializers.Serializer[Any]):
    """One box."""

    number = Whole()
    carrier = serializers.CharField(**_WORD)
    service = serializers.CharField(**_WORD)
    tracking_number = serializers.CharField(**_WORD)
    lines = PackedLineShape(many=True)


class ShipmentShape(serializers.Serializer[Any]):
    """What left at one moment; `amount` is its exact share of the order's total."""

    ref = serializers.CharField()
    amount = Money()
    shipped_at = serializers.DateTimeField()
    handed_to = serializers.CharField(**_WORD)
    packages = PackageShape(many=True)


class Documents(serializers.ListSerializer[Any]):
    """Reads a whole page of documents in one statement."""

    def to_representation(self, data: Any) -> Any:
        """Return the documents of `data`, a list of rows, in its order."""
        child: Any = self.child
        return child.read([row.id for row in data])


class FulfillmentOrderShape(serializers.Serializer[Any]):
    """The work of one node for one order; `cost_e4` is what it is expected to cost, in 1/10,000."""

    ref = serializers.CharField()
    order = serializers.CharField()
    channel = serializers.CharField()
    external_ref = serializers.CharField()
    node = serializers.CharField()
    group = serializers.CharField()
    status = serializers.ChoiceField(choices=FulfillmentOrder.Status.choices)
    revision = Whole()
    method = serializers.ChoiceField(choices=FulfillmentGroup.Method.choices)
    service = serializers.CharField(**_WORD)
    cost_e4 = Whole()
    priority = Whole()
    currency = serializers.CharField()
    ship_by = serializers.DateTimeField(allow_null=True)
    deliver_by = serializers.DateTimeField(allow_null=True)
    created_at = serializers.DateTimeField()
    released_at = serializers.DateTimeField(
        allow_null=True, help_text="When a node that waits for its work got it; null where none waits, or not yet"
    )
    closed_at = serializers.DateTimeField(allow_null=True)
    ship_to = AddressShape(allow_null=True)
    pickup_person = PersonShape(allow_null=True, required=False)
    lines = WorkLineShape(many=True)
    shipments = ShipmentShape(many=True)

    class Meta:
        list_serializer_class = Documents

    def read(self, ids: Iterable[int]) -> list[documents.Document]:
        """Return the documents of fulfillment orders by id."""
        return documents.fulfillment_orders_by_id(list(ids))

    def to_representation(self, instance: Any) -> Any:
        """Return the document as it is."""
        return instance


class PaymentShownShape(serializers.Serializer[Any]):
    """One fact about money."""

    kind = serializers.CharField()
    tender = serializers.CharField()
    amount = Money()
    at = serializers.DateTimeField()


class OrderShape(serializers.Serializer[Any]):
    """An order with everything that belongs to it."""

    ref = serializers.CharField()
    channel = serializers.CharField()
    external_ref = serializers.CharField()
    status = serializers.ChoiceField(choices=Order.Status.choices)
    revision = Whole()
    priority = Whole()
    currency = serializers.CharField()
    total = Money()
    charges = Money()
    placed_at = serializers.DateTimeField()
    accepted_at = serializers.DateTimeField()
    auto_cancel_at = serializers.DateTimeField(allow_null=True)
    not_before = serializers.DateTimeField(allow_null=True)
    tags = serializers.ListField(child=serializers.CharField())
    attributes = serializers.DictField()
    customer = CustomerShape(allow_null=True)
    groups = GroupShownShape(many=True)
    lines = OrderLineShape(many=True)
    holds = HoldShape(many=True)
    payments = PaymentShownShape(many=True)
    fulfillment_orders = FulfillmentOrderShape(many=True)

    class Meta:
        list_serializer_class = Documents

    def read(self, ids: Iterable[int]) -> list[documents.Document]:
        """Return the documents of orders by id."""
        return documents.orders_by_id(list(ids))

    def to_representation(self, instance: Any) -> Any:
        """Return the document as it is."""
        return instance
