"""How much work a node can take on one of its own days."""

from django.db import models
from django.db.models import F, Q

from inventory.models.network import Node


class NodeDay(models.Model):
    """What is used of a node's limit on a local date. No limit (null) still counts the use.

    A row appears with the first use, with the limit of the published capacities; `excess` is what was used already
    when the limit was lowered below it.
    """

    class Unit(models.TextChoices):
        """What the limit counts."""

        ORDERS = "ORDERS", "Orders"
        LINES = "LINES", "Lines"
        UNITS = "UNITS", "Units"
        MINUTES = "MINUTES", "Minutes"

    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="+", db_index=False)
    day = models.DateField()
    slot = models.CharField(max_length=32, blank=True)
    unit = models.CharField(max_length=8, choices=Unit.choices)
    limit = models.IntegerField(null=True)
    used = models.IntegerField(default=0)
    excess = models.IntegerField(default=0)

    class Meta:
        db_table = "inventory_node_day"
        constraints = [
            models.UniqueConstraint(fields=["node", "day", "slot", "unit"], name="node_day_once"),
            models.CheckConstraint(condition=Q(used__gte=0, excess__gte=0), name="node_day_gte_0"),
            models.CheckConstraint(
                condition=Q(limit__isnull=True) | Q(limit__gte=0, used__lte=F("limit") + F("excess")),
                name="node_day_kept",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.node_id} {self.day} {self.slot} {self.unit}: {self.used} of {self.limit}"


class NodeDayUse(models.Model):
    """What one demand uses of one node-day; it falls as units are given back, and stays for what is fulfilled."""

    demand_ref = models.CharField(max_length=96)
    node_day = models.ForeignKey(NodeDay, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+")
    quantity = models.IntegerField()

    class Meta:
        db_table = "inventory_node_day_use"
        constraints = [
            models.UniqueConstraint(fields=["demand_ref", "node_day"], name="node_day_use_once"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="node_day_use_gt_0"),
        ]

    def __str__(self) -> str:
        return f"{self.demand_ref}: {self.quantity}"
