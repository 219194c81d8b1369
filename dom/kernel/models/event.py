"""What happened, in one order for every reader."""

from django.db import models


class Event(models.Model):
    """One thing that happened to one entity; written in the transaction that made it happen.

    `position` is null until the sequencer has seen the row committed; then it is dense and final. Readers go by
    position only: an id is taken before commit, so a reader by id would step over slow writers.
    The table is partitioned by month on `at`; the database's key is (id, at).
    """

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField()
    position = models.BigIntegerField(null=True)
    kind = models.CharField(max_length=64)
    entity = models.CharField(max_length=32)
    entity_ref = models.CharField(max_length=64)
    revision = models.IntegerField()
    channel = models.CharField(max_length=64, blank=True)
    node = models.CharField(max_length=64, blank=True)
    data = models.JSONField()

    class Meta:
        db_table = "kernel_event"
        managed = False

    def __str__(self) -> str:
        return f"{self.kind} {self.entity_ref}"


class EventSequence(models.Model):
    """The last position given, and the last that may be gone with a month that is no longer kept; one row."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    position = models.BigIntegerField(default=0)
    forgotten = models.BigIntegerField(default=0, db_default=0)

    class Meta:
        db_table = "kernel_event_sequence"
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="event_sequence_one_row")]

    def __str__(self) -> str:
        return str(self.position)
