"""Counting what is on the shelves: which SKUs somebody is to count at a node, what was found, and what came of it."""

from django.db import models
from django.db.models import Q

from inventory.models.network import Node
from inventory.models.sku import Sku


class CountSession(models.Model):
    """SKUs of a node that are counted together; inventory.states holds its machine, each move is revision and event.

    `blind`: whoever counts does not see what the books say. `chosen_by` says in words how the SKUs were chosen.
    """

    class Status(models.TextChoices):
        """Where it stands; POSTED and CANCELLED are ends."""

        OPEN = "OPEN", "Being counted"
        REVIEW = "REVIEW", "To review"
        POSTED = "POSTED", "Posted"
        CANCELLED = "CANCELLED", "Cancelled"

    ref = models.CharField(max_length=20, unique=True)
    status = models.CharField(max_length=16, choices=Status.choices, default=Status.OPEN)
    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="+")
    blind = models.BooleanField(default=True)
    chosen_by = models.CharField(max_length=200, blank=True)
    note = models.CharField(max_length=200, blank=True)
    opened_by = models.CharField(max_length=150)
    opened_at = models.DateTimeField()
    closed_by = models.CharField(max_length=150, blank=True)
    closed_at = models.DateTimeField(null=True)
    revision = models.IntegerField(default=1)

    class Meta:
        db_table = "inventory_count_session"
        indexes = [models.Index(fields=["status", "id"], name="count_session_status")]

    def __str__(self) -> str:
        return self.ref


class CountLine(models.Model):
    """One SKU of a session. `counted` is null until somebody has counted it, at `counted_at` by that person's clock.

    `on_hand` is what the books said at `counted_at`; `ignored` that a later count was known when it was posted.
    """

    session = models.ForeignKey(CountSession, on_delete=models.CASCADE, related_name="lines", db_index=False)
    sku = models.ForeignKey(Sku, on_delete=models.PROTECT, related_name="+")
    counted = models.IntegerField(null=True)
    counted_at = models.DateTimeField(null=True)
    counted_by = models.CharField(max_length=150, blank=True)
    on_hand = models.IntegerField(default=0)
    times = models.IntegerField(default=0)
    ignored = models.BooleanField(default=False)

    class Meta:
        db_table = "inventory_count_line"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["session", "sku"], name="count_line_once"),
            models.CheckConstraint(
                condition=Q(counted__isnull=True) | Q(counted__gte=0, counted_at__isnull=False), name="count_line_gte_0"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.session_id}/{self.sku_id}: {self.counted}"

    @property
    def difference(self) -> int | None:
        """Units found more than the books said, None while nobody has counted."""
        return None if self.counted is None else self.counted - self.on_hand

    @property
    def worth_minor(self) -> int:
        """What the difference is worth at the SKU's value, with its sign."""
        return (self.difference or 0) * self.sku.value_minor
