"""What wants a person though nothing is on hold: raised and ended by a sweep, looked after by somebody."""

from django.db import models
from django.db.models import Q

from orders.models.fulfillment_order import FulfillmentOrder
from orders.models.order import Order


class Concern(models.Model):
    """Something about an order, or one node's work, that goes wrong unless somebody looks."""

    class Kind(models.TextChoices):
        """Why somebody should look."""

        REJECTED = "REJECTED", "Rejected twice"
        UNANSWERED = "UNANSWERED", "Cancellation unanswered"
        EXPIRING = "EXPIRING", "Payment expires"
        WAITING = "WAITING", "Waits for stock"

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="concerns")
    fulfillment_order = models.ForeignKey(
        FulfillmentOrder, null=True, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    kind = models.CharField(max_length=16, choices=Kind.choices)
    owner = models.CharField(max_length=64)
    assignee = models.CharField(max_length=150, blank=True, db_default="", default="")
    reason = models.CharField(max_length=500)
    due_at = models.DateTimeField(null=True)
    raised_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=150, blank=True, db_default="", default="")

    class Meta:
        db_table = "orders_concern"
        constraints = [
            models.UniqueConstraint(
                fields=["order", "fulfillment_order", "kind"],
                condition=Q(ended_at__isnull=True),
                nulls_distinct=False,
                name="concern_open_once",
            ),
        ]
        indexes = [models.Index(fields=["due_at"], condition=Q(ended_at__isnull=True), name="concern_open_due")]

    def __str__(self) -> str:
        return f"{self.kind} on {self.order_id}"
