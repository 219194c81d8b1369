"""How much is where: balances, their ledger, and what is on its way."""

from django.db import models
from django.db.models import F, Q

from inventory.models.network import Node
from inventory.models.sku import Sku


class StockLevel(models.Model):
    """Units of one SKU at one node. Only the SQL functions of this application write the counters.

    `shortage` is how far claims exceed stock since a count, feed or adjustment; nothing else may raise it, so the CHECK
    stops every path that reserves. A trigger lowers it as claims end and goods come.
    `safety_stock` is the node-wide override; rules add to it at read.
    `unlimited` (made to order, unfed supplier): claims pass without stock, on_hand is not kept.
    `low_at` and `low_percent` (of on hand) are the threshold of low stock, brought here from the published rules; a
    trigger keeps `low_since`.
    No index covers or asks for a counter that buyers move: that would end HOT updates.
    """

    sku = models.ForeignKey(Sku, on_delete=models.PROTECT, related_name="+", db_index=False)
    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="+")
    on_hand = models.IntegerField(default=0)
    unsellable = models.IntegerField(default=0)
    reserved = models.IntegerField(default=0)
    shortage = models.IntegerField(default=0)
    safety_stock = models.IntegerField(default=0)
    unlimited = models.BooleanField(default=False)
    counted_at = models.DateTimeField(null=True)
    low_at = models.IntegerField(null=True)
    low_percent = models.SmallIntegerField(default=0, db_default=0)
    low_since = models.DateTimeField(null=True)
    low_revision = models.IntegerField(default=0, db_default=0)

    class Meta:
        db_table = "inventory_stock_level"
        indexes = [
            models.Index(fields=["id"], condition=Q(shortage__gt=0), name="stock_level_short"),
            models.Index(fields=["id"], condition=Q(unsellable__gt=0), name="stock_level_unsellable"),
            models.Index(fields=["id"], condition=Q(unlimited=True), name="stock_level_unlimited"),
            models.Index(fields=["id"], condition=Q(low_since__isnull=False), name="stock_level_low"),
            models.Index(
                fields=["low_since", "id"], condition=Q(low_since__isnull=False), name="stock_level_low_since"
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["sku", "node"], name="stock_level_once"),
            models.CheckConstraint(
                condition=Q(on_hand__gte=0, unsellable__gte=0, reserved__gte=0, shortage__gte=0, safety_stock__gte=0),
                name="stock_level_gte_0",
            ),
            models.CheckConstraint(
                condition=Q(unlimited=True) | Q(on_hand__gte=F("reserved") + F("unsellable") - F("shortage")),
                name="stock_level_no_oversell",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sku_id} at {self.node_id}"

    #: Levels with less than is claimed or set aside.
    IS_SHORT = Q(shortage__gt=0)

    @property
    def free(self) -> int:
        """Units on hand that are sellable and not reserved, before any safety stock; below zero where it is short."""
        return self.on_hand - self.unsellable - self.reserved

    @property
    def low_threshold(self) -> int:
        """The free units at which it is low, where a rule says so; the trigger stock_level_low works them out alike."""
        return max(self.low_at or 0, (self.on_hand * self.low_percent + 99) // 100)


class StockMovement(models.Model):
    """One signed change of a stock level, with who and why. Append-only, partitioned by month on `at`."""

    class Kind(models.TextChoices):
        """What moved the stock; COUNT and FEED are corrections, the others are physical."""

        COUNT = "COUNT", "Count"
        FEED = "FEED", "Feed"
        ADJUST = "ADJUST", "Adjustment"
        RECEIVE = "RECEIVE", "Receipt"
        SHIP = "SHIP", "Shipped or handed over"
        TRANSFER_OUT = "TRANSFER_OUT", "Transfer out"
        SAFETY = "SAFETY", "Safety stock set"

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField()
    sku = models.ForeignKey(Sku, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+")
    node = models.ForeignKey(Node, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+")
    on_hand_delta = models.IntegerField()
    unsellable_delta = models.IntegerField(default=0)
    safety_stock_delta = models.IntegerField(default=0)
    kind = models.CharField(max_length=16, choices=Kind.choices)
    reason = models.CharField(max_length=64, blank=True)
    reference = models.CharField(max_length=96, blank=True)
    lot = models.CharField(max_length=64, blank=True)
    actor = models.CharField(max_length=150, blank=True)

    class Meta:
        db_table = "inventory_stock_movement"
        managed = False

    def __str__(self) -> str:
        return f"{self.kind} {self.on_hand_delta:+d}"


class IncomingSupply(models.Model):
    """Dated supply that can be claimed before it is there: a purchase order line or a transfer under way.

    `rescheduled_at` is when its date was last moved later: claims that are older were made for another date.
    """

    sku = models.ForeignKey(Sku, on_delete=models.PROTECT, related_name="+", db_index=False)
    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="+")
    source_ref = models.CharField(max_length=96)
    expected_at = models.DateTimeField()
    quantity = models.IntegerField()
    received = models.IntegerField(default=0)
    reserved = models.IntegerField(default=0)
    rescheduled_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "inventory_incoming_supply"
        indexes = [
            models.Index(
                fields=["sku", "expected_at"], condition=Q(closed_at__isnull=True), name="incoming_supply_open"
            )
        ]
        constraints = [
            models.UniqueConstraint(fields=["source_ref", "sku", "node"], name="incoming_supply_once"),
            models.CheckConstraint(
                condition=Q(quantity__gte=0, received__gte=0, reserved__gte=0), name="incoming_supply_gte_0"
            ),
            models.CheckConstraint(
                condition=Q(reserved=0) | Q(closed_at__isnull=True, reserved__lte=F("quantity") - F("received")),
                name="incoming_supply_no_oversell",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source_ref}: {self.quantity}"
