"""Whether the books added up when somebody looked last."""

from django.db import models


class Proof(models.Model):
    """One run of every check: how many, how long it took, and what differed (check → number of rows)."""

    at = models.DateTimeField()
    seconds = models.FloatField()
    checks = models.IntegerField()
    differences = models.JSONField(default=dict)

    class Meta:
        db_table = "kernel_proof"

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}: {len(self.differences)} of {self.checks} differ"
