"""What was free when a backordered line was last tried."""

from django.db import models

from orders.models.order import OrderLine


class BackorderTry(models.Model):
    """When a backordered line was last sent to routing, and on what: it is woken again only by something better.

    `available` is the least that was free of its SKU since then, in units; `clock` is the configuration's (a rule or a
    node may have changed). Written by the waking sweep alone.
    """

    line = models.OneToOneField(OrderLine, on_delete=models.CASCADE, related_name="+")
    available = models.BigIntegerField()
    clock = models.BigIntegerField()
    tried_at = models.DateTimeField()

    class Meta:
        db_table = "orders_backorder_try"

    def __str__(self) -> str:
        return f"line {self.line_id}: {self.available}"
