"""Configuration as versioned documents: drafted, checked, published, never changed afterwards."""

from django.db import models
from django.db.models import Q


class ConfigVersion(models.Model):
    """One version of one document, such as the policy "US default" or the calendar "stores".

    A trigger refuses every change to a published row but the closing of `live_until`.
    """

    class Status(models.TextChoices):
        """A draft may change; a published version never does."""

        DRAFT = "DRAFT", "Draft"
        PUBLISHED = "PUBLISHED", "Published"

    kind = models.CharField(max_length=32)
    scope = models.CharField(max_length=64)
    number = models.IntegerField()
    status = models.CharField(max_length=16, choices=Status.choices)
    body = models.JSONField()
    digest = models.CharField(max_length=64)
    live_from = models.DateTimeField(null=True)
    live_until = models.DateTimeField(null=True)
    author = models.CharField(max_length=150)
    note = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        db_table = "kernel_config_version"
        constraints = [
            models.UniqueConstraint(fields=["kind", "scope", "number"], name="config_version_number"),
            models.UniqueConstraint(
                fields=["kind", "scope"],
                condition=Q(status="PUBLISHED", live_until__isnull=True),
                name="config_version_one_live",
            ),
            models.CheckConstraint(
                condition=Q(status="DRAFT", live_from__isnull=True, live_until__isnull=True)
                | Q(status="PUBLISHED", live_from__isnull=False),
                name="config_version_published_has_start",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.scope} v{self.number}"


class ConfigClock(models.Model):
    """A counter that moves whenever configuration or master data changes; caches compare it. One row."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    tick = models.BigIntegerField(default=0)

    class Meta:
        db_table = "kernel_config_clock"
        constraints = [models.CheckConstraint(condition=Q(id=1), name="config_clock_one_row")]

    def __str__(self) -> str:
        return str(self.tick)
