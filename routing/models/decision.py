"""What was decided for one request."""

from django.db import models


class RoutingDecision(models.Model):
    """One plan with every node's cost or reason; append-only, partitioned by month on `at` (equal to its run's).

    `position` is the request's place in its run. `attempt` counts from 1. `lost` says why the plan was not carried
    out ("" when it was): another buyer took the last unit between reading and reserving. `plan` and `trace` are
    packed; costs are in 1/10,000 of the currency's major unit. `run_id` points into the partition of the same `at`.
    """

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField()
    run = models.ForeignKey("routing.RoutingRun", on_delete=models.DO_NOTHING, db_constraint=False, related_name="+")
    position = models.IntegerField()
    request_ref = models.CharField(max_length=96)
    order_ref = models.CharField(max_length=32)
    attempt = models.IntegerField()
    lost = models.CharField(max_length=200, blank=True)
    cost_e4 = models.BigIntegerField()
    bound_e4 = models.BigIntegerField()
    proven = models.BooleanField()
    parcels = models.IntegerField()
    unfilled_units = models.IntegerField()
    plan = models.BinaryField()
    trace = models.BinaryField()

    class Meta:
        db_table = "routing_decision"
        managed = False

    def __str__(self) -> str:
        return f"{self.request_ref}, attempt {self.attempt}"
