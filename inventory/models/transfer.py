"""Goods that go from one node to another: asked for, sent, taken in, and what got lost between."""

from django.db import models
from django.db.models import F, Q

from inventory.models.network import Node
from inventory.models.sku import Sku


class Transfer(models.Model):
    """One transfer between two nodes; inventory.states holds its machine, each move is a revision and an event.

    What has left is incoming supply of the receiving node under the transfer's `ref`.
    """

    class Status(models.TextChoices):
        """Where it stands; RECEIVED, REJECTED and CANCELLED are ends."""

        REQUESTED = "REQUESTED", "Waits for approval"
        APPROVED = "APPROVED", "To be sent"
        PARTLY_SHIPPED = "PARTLY_SHIPPED", "Partly sent"
        IN_TRANSIT = "IN_TRANSIT", "On its way"
        PARTLY_RECEIVED = "PARTLY_RECEIVED", "Partly received"
        RECEIVED = "RECEIVED", "Received"
        REJECTED = "REJECTED", "Rejected"
        CANCELLED = "CANCELLED", "Cancelled"

    ref = models.CharField(max_length=20, unique=True)
    status = models.CharField(max_length=16, choices=Status.choices)
    from_node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="+")
    to_node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="+")
    expected_at = models.DateTimeField()
    note = models.CharField(max_length=200, blank=True)
    reason = models.CharField(max_length=200, blank=True)
    requested_by = models.CharField(max_length=150)
    requested_at = models.DateTimeField()
    approved_by = models.CharField(max_length=150, blank=True)
    closed_at = models.DateTimeField(null=True)
    revision = models.IntegerField(default=1)

    class Meta:
        db_table = "inventory_transfer"
        indexes = [models.Index(fields=["status", "id"], name="transfer_status")]
        constraints = [models.CheckConstraint(condition=~Q(from_node=F("to_node")), name="transfer_goes_elsewhere")]

    def __str__(self) -> str:
        return self.ref


class TransferLine(models.Model):
    """Units of one SKU. In transit = shipped − received − written_off; `damaged` is the unsellable part of received."""

    transfer = models.ForeignKey(Transfer, on_delete=models.CASCADE, related_name="lines", db_index=False)
    sku = models.ForeignKey(Sku, on_delete=models.PROTECT, related_name="+")
    requested = models.IntegerField()
    shipped = models.IntegerField(default=0)
    received = models.IntegerField(default=0)
    damaged = models.IntegerField(default=0)
    written_off = models.IntegerField(default=0)

    class Meta:
        db_table = "inventory_transfer_line"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["transfer", "sku"], name="transfer_line_once"),
            models.CheckConstraint(
                condition=Q(requested__gt=0, shipped__gte=0, received__gte=0, damaged__gte=0, written_off__gte=0),
                name="transfer_line_gte_0",
            ),
            models.CheckConstraint(
                condition=Q(shipped__lte=F("requested"), damaged__lte=F("received")), name="transfer_line_sent"
            ),
            models.CheckConstraint(
                condition=Q(shipped__gte=F("received") + F("written_off")), name="transfer_line_conserved"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.transfer_id}/{self.sku_id}: {self.requested}"

    @property
    def to_ship(self) -> int:
        """Units that have not left."""
        return self.requested - self.shipped

    @property
    def in_transit(self) -> int:
        """Units that have left and are neither received nor written off."""
        return self.shipped - self.received - self.written_off


class TransferEntry(models.Model):
    """One step of one line: units sent, received (some of them damaged) or written off. Append-only."""

    class Kind(models.TextChoices):
        """What happened to the units."""

        SHIP = "SHIP", "Sent"
        RECEIVE = "RECEIVE", "Received"
        WRITE_OFF = "WRITE_OFF", "Written off"

    at = models.DateTimeField()
    line = models.ForeignKey(TransferLine, on_delete=models.CASCADE, related_name="entries")
    kind = models.CharField(max_length=9, choices=Kind.choices)
    units = models.IntegerField()
    damaged = models.IntegerField(default=0)
    reason = models.CharField(max_length=200, blank=True)
    actor = models.CharField(max_length=150)

    class Meta:
        db_table = "inventory_transfer_entry"
        constraints = [models.CheckConstraint(condition=Q(units__gt=0, damaged__gte=0), name="transfer_entry_gt_0")]

    def __str__(self) -> str:
        return f"{self.kind} {self.units}"
