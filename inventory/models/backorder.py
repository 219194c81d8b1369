"""How many units of a SKU wait for stock, and how many may."""

from django.db import models
from django.db.models import F, Q

from inventory.models.sku import Sku


class BackorderCount(models.Model):
    """The units of a SKU that orders wait for, on every channel together; `allowed` null means as many as come.

    `allowed` repeats the SKU's `backorder_limit`, so that one row says all that a place depends on. `excess` is what
    waited already when the limit was lowered below it, or was let in because its supply is claimed.
    """

    sku = models.OneToOneField(Sku, on_delete=models.PROTECT, related_name="backorder_count")
    waiting = models.IntegerField(default=0)
    allowed = models.IntegerField(null=True)
    excess = models.IntegerField(default=0)

    class Meta:
        db_table = "inventory_backorder_count"
        constraints = [
            models.CheckConstraint(
                condition=Q(waiting__gte=0, excess__gte=0) & (Q(allowed__isnull=True) | Q(allowed__gte=0)),
                name="backorder_count_gte_0",
            ),
            models.CheckConstraint(
                condition=Q(allowed__isnull=True) | Q(waiting__lte=F("allowed") + F("excess")),
                name="backorder_limit_kept",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sku_id}: {self.waiting} of {self.allowed}"
