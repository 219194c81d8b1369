"""What a batch of decisions shared."""

from django.db import models


class RoutingRun(models.Model):
    """One batch: its requests in order, the stock and capacity it read, and how it was decided.

    Append-only and partitioned by month on `at`, the instant the batch was decided for; the database's key is
    (id, at). `inputs` is packed (routing.packing) and holds everything but the network, which `network` names: both
    together with `engine_version` and `effort` decide again what was decided here.
    """

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField()
    network = models.ForeignKey(
        "routing.RoutingNetwork", on_delete=models.DO_NOTHING, db_constraint=False, related_name="+"
    )
    engine_version = models.CharField(max_length=32)
    effort = models.IntegerField()
    requests = models.IntegerField()
    inputs = models.BinaryField()

    class Meta:
        db_table = "routing_run"
        managed = False

    def __str__(self) -> str:
        return f"{self.requests} requests at {self.at:%Y-%m-%d %H:%M:%S}"
