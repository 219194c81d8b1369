"""Append-only books of an order: payments and changes; and the holds that stop it."""

from django.db import models
from django.db.models import Q

from orders.models.fulfillment_order import FulfillmentOrder, Shipment
from orders.models.order import Order, OrderLine


class PaymentEntry(models.Model):
    """One fact about money, as the channel or the payment provider told it. Append-only."""

    class Kind(models.TextChoices):
        """CAPTURE counts against AUTHORIZE, REFUND against CAPTURE; ADJUST changes what was authorized."""

        AUTHORIZE = "AUTHORIZE", "Authorized"
        CAPTURE = "CAPTURE", "Captured"
        VOID = "VOID", "Voided"
        REFUND = "REFUND", "Refunded"
        ADJUST = "ADJUST", "Adjusted"

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="payments")
    tender = models.CharField(max_length=32, default="card")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    shipment = models.ForeignKey(Shipment, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    reference = models.CharField(max_length=128, blank=True)
    at = models.DateTimeField()

    class Meta:
        db_table = "orders_payment_entry"
        constraints = [
            models.CheckConstraint(condition=Q(amount_minor__gte=0) | Q(kind="ADJUST"), name="payment_amount_gte_0"),
            models.CheckConstraint(
                condition=Q(shipment__isnull=True) | Q(kind__in=["CAPTURE", "REFUND"]),
                name="payment_of_shipment_moves_money",
            ),
        ]
        indexes = [
            models.Index(fields=["at"], condition=Q(kind="AUTHORIZE"), name="payment_authorized"),
            models.Index(fields=["shipment"], condition=Q(shipment__isnull=False), name="payment_of_shipment"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.amount_minor} {self.currency}"


class OrderChange(models.Model):
    """One change that somebody or something made to an order, with its reason. Append-only; no personal data."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="changes")
    fulfillment_order = models.ForeignKey(
        FulfillmentOrder, null=True, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    kind = models.CharField(max_length=32)
    reason = models.CharField(max_length=200, blank=True)
    actor = models.CharField(max_length=150)
    data = models.JSONField(default=dict)
    at = models.DateTimeField()

    class Meta:
        db_table = "orders_order_change"

    def __str__(self) -> str:
        return f"{self.kind} {self.at:%Y-%m-%d %H:%M}"


class Hold(models.Model):
    """Stops its scope only: a whole order, one line, or one fulfillment order, until somebody releases it.

    `escalated_at` is when it was told that nobody had looked at it by `due_at`. A SWAP is of one line, and releasing it
    lets the line sell `swap_to`.
    """

    class Kind(models.TextChoices):
        """Why work stops; each kind has its owner."""

        UNKNOWN_SKU = "UNKNOWN_SKU", "Unknown SKU"
        ADDRESS = "ADDRESS", "Address"
        PAYMENT = "PAYMENT", "Payment"
        FRAUD = "FRAUD", "Fraud check"
        DUPLICATE = "DUPLICATE", "Possible duplicate"
        LEGAL = "LEGAL", "Not allowed there"
        UNFILLED = "UNFILLED", "Cannot be filled"
        ROUTING_ERROR = "ROUTING_ERROR", "Routing failed"
        SWAP = "SWAP", "Swap to approve"
        MANUAL = "MANUAL", "By hand"

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="holds")
    line = models.ForeignKey(OrderLine, null=True, on_delete=models.CASCADE, related_name="+", db_index=False)
    fulfillment_order = models.ForeignKey(
        FulfillmentOrder, null=True, on_delete=models.CASCADE, related_name="holds", db_index=False
    )
    kind = models.CharField(max_length=16, choices=Kind.choices)
    swap_to = models.ForeignKey("inventory.Sku", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    owner = models.CharField(max_length=64)
    assignee = models.CharField(max_length=150, blank=True, db_default="", default="")
    reason = models.CharField(max_length=500)
    due_at = models.DateTimeField(null=True)
    escalated_at = models.DateTimeField(null=True)
    placed_by = models.CharField(max_length=150)
    placed_at = models.DateTimeField()
    released_by = models.CharField(max_length=150, blank=True)
    released_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "orders_hold"
        constraints = [
            models.UniqueConstraint(
                fields=["order", "line", "fulfillment_order", "kind"],
                condition=Q(released_at__isnull=True),
                nulls_distinct=False,
                name="hold_open_once",
            ),
            models.CheckConstraint(
                condition=Q(kind="SWAP", swap_to__isnull=False, line__isnull=False, fulfillment_order__isnull=True)
                | (~Q(kind="SWAP") & Q(swap_to__isnull=True)),
                name="hold_swap_names_its_item",
            ),
        ]
        indexes = [models.Index(fields=["due_at"], condition=Q(released_at__isnull=True), name="hold_open_due")]

    def __str__(self) -> str:
        return f"{self.kind} on {self.order_id}"
