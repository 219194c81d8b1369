"""What claims stock: reservations, their ledger, and accepted demand that has no claim yet."""

from django.db import models
from django.db.models import Q

from inventory.models.channel import Channel
from inventory.models.network import Node
from inventory.models.sku import Sku
from inventory.models.stock import IncomingSupply


class Reservation(models.Model):
    """An open claim on units of a SKU at a node, for an opaque `demand_ref`. A claim that ends is deleted.

    SOFT claims lapse at `expires_at`; HARD ones (allocations) have none. `supply` null means a claim on hand.
    How it began and ended stands in ReservationEntry.
    """

    class Kind(models.TextChoices):
        """Whether the claim lapses by itself."""

        SOFT = "SOFT", "Soft"
        HARD = "HARD", "Hard"

    demand_ref = models.CharField(max_length=96)
    line_ref = models.CharField(max_length=64)
    sku = models.ForeignKey(Sku, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+", db_index=False)
    node = models.ForeignKey(Node, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+", db_index=False)
    supply = models.ForeignKey(
        IncomingSupply, null=True, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+", db_index=False
    )
    channel = models.ForeignKey(
        Channel, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+", db_index=False
    )
    kind = models.CharField(max_length=4, choices=Kind.choices)
    quantity = models.IntegerField()
    priority = models.IntegerField(default=0)
    expires_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        db_table = "inventory_reservation"
        indexes = [
            models.Index(fields=["sku", "node"], name="reservation_level"),
            models.Index(fields=["expires_at"], condition=Q(expires_at__isnull=False), name="reservation_expiry"),
            models.Index(fields=["supply"], condition=Q(supply__isnull=False), name="reservation_supply"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["demand_ref", "line_ref", "sku", "node", "supply"],
                nulls_distinct=False,
                name="reservation_once",
            ),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="reservation_quantity_gt_0"),
            models.CheckConstraint(
                condition=Q(kind="SOFT", expires_at__isnull=False) | Q(kind="HARD", expires_at__isnull=True),
                name="reservation_soft_expires",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.demand_ref}/{self.line_ref}: {self.quantity}"


class ReservationEntry(models.Model):
    """One signed change of a claim. Append-only, partitioned by month on `at`.

    The entries of (demand_ref, line_ref, sku, node, supply) add up to the open claim, and to zero once it ended.
    What a channel took of a SKU is its open claims and its CONSUME entries.
    """

    class Kind(models.TextChoices):
        """What happened to the claim."""

        RESERVE = "RESERVE", "Reserved"
        RELEASE = "RELEASE", "Released"
        CONSUME = "CONSUME", "Consumed"
        EXPIRE = "EXPIRE", "Expired"
        CONVERT = "CONVERT", "Converted"
        RECEIVE = "RECEIVE", "Supply received"

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField()
    demand_ref = models.CharField(max_length=96)
    line_ref = models.CharField(max_length=64)
    sku = models.ForeignKey(Sku, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+")
    node = models.ForeignKey(Node, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+")
    supply = models.ForeignKey(
        IncomingSupply, null=True, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+"
    )
    channel = models.ForeignKey(Channel, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+")
    hold = models.CharField(max_length=4, choices=Reservation.Kind.choices)
    delta = models.IntegerField()
    kind = models.CharField(max_length=8, choices=Kind.choices)
    reason = models.CharField(max_length=64, blank=True)
    actor = models.CharField(max_length=150, blank=True)

    class Meta:
        db_table = "inventory_reservation_entry"
        managed = False

    def __str__(self) -> str:
        return f"{self.kind} {self.demand_ref} {self.delta:+d}"


class LostSupply(models.Model):
    """Units whose claim on incoming supply ended because the supply came short or late.

    Written with the release; whoever sources the demand afresh takes the row in the same transaction.
    """

    class Reason(models.TextChoices):
        """What became of the supply."""

        SUPPLY_SHORT = "SUPPLY_SHORT", "Less arrives than announced"
        SUPPLY_LATE = "SUPPLY_LATE", "It arrives later than the demand accepts"
        SUPPLY_OVERDUE = "SUPPLY_OVERDUE", "Its date passed and it was not received"

    demand_ref = models.CharField(max_length=96)
    line_ref = models.CharField(max_length=64)
    sku = models.ForeignKey(Sku, on_delete=models.PROTECT, related_name="+", db_index=False)
    supply = models.ForeignKey(IncomingSupply, on_delete=models.PROTECT, related_name="+", db_index=False)
    quantity = models.IntegerField()
    reason = models.CharField(max_length=16, choices=Reason.choices)
    lost_at = models.DateTimeField()

    class Meta:
        db_table = "inventory_lost_supply"
        constraints = [models.CheckConstraint(condition=Q(quantity__gt=0), name="lost_supply_gt_0")]

    def __str__(self) -> str:
        return f"{self.demand_ref}/{self.line_ref}: {self.quantity}"


class QueuedDemand(models.Model):
    """Accepted units that nothing claims yet; they lower what every channel may sell.

    Written at intake, deleted in the transaction that reserves or backorders them.
    """

    demand_ref = models.CharField(max_length=96)
    line_ref = models.CharField(max_length=64)
    sku = models.ForeignKey(Sku, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+")
    channel = models.ForeignKey(
        Channel, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+", db_index=False
    )
    quantity = models.IntegerField()
    created_at = models.DateTimeField()

    class Meta:
        db_table = "inventory_queued_demand"
        constraints = [
            models.UniqueConstraint(fields=["demand_ref", "line_ref", "sku"], name="queued_demand_once"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="queued_demand_gt_0"),
        ]

    def __str__(self) -> str:
        return f"{self.demand_ref}/{self.line_ref}: {self.quantity}"
