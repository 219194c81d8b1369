"""Absolute counts that arrive in bulk."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from inventory.models.network import Node


class StockFeed(models.Model):
    """One feed of absolute counts and how far it is applied.

    Its rows wait in the unlogged table `inventory_feed_row` (gone after a crash: the sender sends again);
    `next_chunk` moves in the transaction that applies a chunk, so an interrupted feed goes on where it was.
    """

    class Status(models.TextChoices):
        """A feed ends DONE, or FAILED: its rows were lost, or whoever sent it cancelled the rest."""

        STAGED = "STAGED", "Staged"
        APPLYING = "APPLYING", "Applying"
        DONE = "DONE", "Done"
        FAILED = "FAILED", "Failed"

    ref = models.CharField(max_length=20, unique=True)
    job_ref = models.CharField(max_length=20, blank=True)
    status = models.CharField(max_length=16, choices=Status.choices, default=Status.STAGED)
    actor = models.CharField(max_length=150)
    received_at = models.DateTimeField()
    rows = models.IntegerField(default=0)
    unchanged = models.IntegerField(default=0)
    changed = models.IntegerField(default=0)
    failed = models.IntegerField(default=0)
    ignored = models.IntegerField(default=0)
    chunks = models.IntegerField(default=0)
    next_chunk = models.IntegerField(default=0)

    class Meta:
        db_table = "inventory_stock_feed"

    def __str__(self) -> str:
        return self.ref


class CountMark(models.Model):
    """SKUs of a node that a feed counted at `counted_at` and found right.

    Their stock levels stay unwritten (a feed mostly repeats what is known); the mark remembers the count, so that
    an older one arriving later is still ignored.
    """

    node = models.ForeignKey(Node, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+", db_index=False)
    counted_at = models.DateTimeField()
    sku_ids = ArrayField(models.BigIntegerField())

    class Meta:
        db_table = "inventory_count_mark"
        indexes = [models.Index(fields=["node", "counted_at"], name="count_mark_latest")]

    def __str__(self) -> str:
        return f"{self.node_id} {self.counted_at}"
