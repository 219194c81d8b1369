"""The work of one node for one order."""

from django.db import models
from django.db.models import F, Q

from orders.models.order import FulfillmentGroup, Order, OrderLine


class FulfillmentOrder(models.Model):
    """What one node picks, packs and ships or hands over; its moves stand in `orders.states`.

    `cost_e4` is what the engine expects it to cost. `needs_acknowledgment` is the node's habit at the time of planning:
    once such a node accepted, a cancellation is a request it may refuse. `released_at` is when a node that waits for
    its work got it.
    """

    class Status(models.TextChoices):
        """DESIGN: states of the work; the closed ones are SHIPPED, HANDED_OVER, REJECTED and CANCELLED."""

        PLANNED = "PLANNED", "Planned"
        RELEASED = "RELEASED", "Released"
        ACCEPTED = "ACCEPTED", "Accepted"
        PICKING = "PICKING", "Picking"
        PICKED = "PICKED", "Picked"
        PACKED = "PACKED", "Packed"
        READY = "READY", "Ready for pickup"
        SHIPPED = "SHIPPED", "Shipped"
        HANDED_OVER = "HANDED_OVER", "Handed over"
        REJECTED = "REJECTED", "Rejected"
        CANCELLED = "CANCELLED", "Cancelled"
        ON_HOLD = "ON_HOLD", "On hold"
        CANCEL_REQUESTED = "CANCEL_REQUESTED", "Cancellation requested"

    CLOSED = (Status.SHIPPED, Status.HANDED_OVER, Status.REJECTED, Status.CANCELLED)

    ref = models.CharField(max_length=20, unique=True)
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="fulfillment_orders")
    group = models.ForeignKey(FulfillmentGroup, on_delete=models.CASCADE, related_name="+", db_index=False)
    node = models.ForeignKey("inventory.Node", on_delete=models.PROTECT, related_name="+", db_index=False)
    status = models.CharField(max_length=16, choices=Status.choices)
    resume_status = models.CharField(max_length=16, choices=Status.choices, blank=True)
    revision = models.IntegerField(default=1)
    method = models.CharField(max_length=16)
    service = models.CharField(max_length=64, blank=True)
    needs_acknowledgment = models.BooleanField(default=False)
    cost_e4 = models.BigIntegerField(default=0)
    ship_by = models.DateTimeField(null=True)
    deliver_by = models.DateTimeField(null=True)
    work_date = models.DateField(null=True)
    created_at = models.DateTimeField()
    released_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "orders_fulfillment_order"
        indexes = [
            models.Index(fields=["node", "status", "ship_by"], name="fulfillment_order_queue"),
            models.Index(fields=["status", "-id"], name="fulfillment_order_status"),
            models.Index(fields=["closed_at"], condition=Q(status="REJECTED"), name="fulfillment_order_rejected"),
            models.Index(
                fields=["node", "ship_by"],
                include=["status"],
                condition=~Q(status__in=["SHIPPED", "HANDED_OVER", "REJECTED", "CANCELLED"]),
                name="fulfillment_order_open",
            ),
            models.Index(
                fields=["ship_by", "id"],
                condition=~Q(status__in=["SHIPPED", "HANDED_OVER", "REJECTED", "CANCELLED"]),
                name="fulfillment_order_due",
            ),
        ]

    def __str__(self) -> str:
        return self.ref


class FulfillmentOrderLine(models.Model):
    """Units of an order line at one node; each unit is in exactly one of to_pick … shipped."""

    fulfillment_order = models.ForeignKey(FulfillmentOrder, on_delete=models.CASCADE, related_name="lines")
    order_line = models.ForeignKey(OrderLine, on_delete=models.CASCADE, related_name="fulfillment_lines")
    quantity = models.IntegerField()
    to_pick = models.IntegerField()
    picked = models.IntegerField(default=0)
    shorted = models.IntegerField(default=0)
    cancelled = models.IntegerField(default=0)
    shipped = models.IntegerField(default=0)

    class Meta:
        db_table = "orders_fulfillment_order_line"
        constraints = [
            models.UniqueConstraint(fields=["fulfillment_order", "order_line"], name="fulfillment_line_once"),
            models.CheckConstraint(
                condition=Q(quantity=F("to_pick") + F("picked") + F("shorted") + F("cancelled") + F("shipped")),
                name="fulfillment_line_every_unit_once",
            ),
            models.CheckConstraint(
                condition=Q(
                    quantity__gt=0, to_pick__gte=0, picked__gte=0, shorted__gte=0, cancelled__gte=0, shipped__gte=0
                ),
                name="fulfillment_line_parts_gte_0",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.fulfillment_order_id}/{self.order_line_id}"


class Shipment(models.Model):
    """What left a node, or was handed over, at one moment; `amount_minor` is its units' exact share of the order."""

    ref = models.CharField(max_length=20, unique=True)
    fulfillment_order = models.ForeignKey(FulfillmentOrder, on_delete=models.CASCADE, related_name="shipments")
    amount_minor = models.BigIntegerField()
    shipped_at = models.DateTimeField()
    handed_to = models.CharField(max_length=32, blank=True)

    class Meta:
        db_table = "orders_shipment"
        constraints = [models.CheckConstraint(condition=Q(amount_minor__gte=0), name="shipment_amount_gte_0")]

    def __str__(self) -> str:
        return self.ref


class Package(models.Model):
    """One box of a shipment."""

    shipment = models.ForeignKey(Shipment, on_delete=models.CASCADE, related_name="packages")
    number = models.SmallIntegerField()
    carrier = models.CharField(max_length=64, blank=True)
    service = models.CharField(max_length=64, blank=True)
    tracking_number = models.CharField(max_length=64, blank=True)

    class Meta:
        db_table = "orders_package"
        constraints = [models.UniqueConstraint(fields=["shipment", "number"], name="package_once")]
        indexes = [models.Index(fields=["tracking_number"], name="package_tracking")]

    def __str__(self) -> str:
        return self.tracking_number or f"package {self.number}"


class ShipmentLine(models.Model):
    """Units of one order line in one package."""

    package = models.ForeignKey(Package, on_delete=models.CASCADE, related_name="lines")
    order_line = models.ForeignKey(OrderLine, on_delete=models.CASCADE, related_name="+")
    quantity = models.IntegerField()

    class Meta:
        db_table = "orders_shipment_line"
        constraints = [
            models.UniqueConstraint(fields=["package", "order_line"], name="shipment_line_once"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="shipment_line_gt_0"),
        ]

    def __str__(self) -> str:
        return f"{self.package_id}/{self.order_line_id}: {self.quantity}"
