"""How far the thresholds of low stock are brought to what the rules say."""

from django.db import models


class LowStockPass(models.Model):
    """Levels up to `level_id` have the thresholds of the rules; one row. Publishing a rule begins anew at 0.

    A threshold stands in the level itself: whoever moves stock compares two numbers of one row and reads no rule.
    """

    id = models.SmallIntegerField(primary_key=True, default=1)
    level_id = models.BigIntegerField(default=0)
    began_at = models.DateTimeField()

    class Meta:
        db_table = "inventory_low_stock_pass"
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="low_stock_pass_one_row")]

    def __str__(self) -> str:
        return f"up to level {self.level_id}"
