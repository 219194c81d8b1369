"""The queue of record of orders that wait for a decision."""

from django.db import models
from django.db.models import Q

from orders.models.order import Order


class RoutingTask(models.Model):
    """An order that wants routing. The row goes when the order is routed; it is the queue, messages only ring.

    A claim raises `attempts` and takes a lease before anything is read, so a worker that dies leaves a trace.
    `alone` asks that the order be tried in a batch of its own: its batch failed before.
    """

    order = models.OneToOneField(Order, on_delete=models.CASCADE, related_name="routing_task")
    priority = models.IntegerField(default=0)
    not_before = models.DateTimeField()
    attempts = models.SmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    lease_token = models.UUIDField(null=True)
    alone = models.BooleanField(default=False)
    error = models.CharField(max_length=500, blank=True)

    class Meta:
        db_table = "orders_routing_task"
        indexes = [
            models.Index(fields=["-priority", "id"], name="routing_task_queue"),
            models.Index(fields=["lease_until"], condition=Q(lease_until__isnull=False), name="routing_task_lease"),
        ]

    def __str__(self) -> str:
        return f"task of order {self.order_id}"
