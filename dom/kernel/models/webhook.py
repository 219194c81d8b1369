"""Where partners want to be told what happened, and what became of every message."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q


class WebhookEndpoint(models.Model):
    """One address of one client, with its filters and its place in the event feed.

    `position` is the last event that has been looked at for this endpoint: what lies behind it stands as a delivery or
    was filtered out, what lies before it waits in the feed. Secrets are sealed (dom.kernel.webhooks.signing).
    `lease_until` and `lease_token` belong to the one sender that works for the endpoint; `quiet_until` keeps senders
    away while the receiver fails or asked for a pause.
    """

    class Status(models.TextChoices):
        """Whether events are delivered; a paused endpoint loses none."""

        ACTIVE = "ACTIVE", "Active"
        PAUSED = "PAUSED", "Paused"

    class Pause(models.TextChoices):
        """Why an endpoint is paused."""

        BY_HAND = "BY_HAND", "Paused by hand"
        UNREACHABLE = "UNREACHABLE", "Nothing got through for three days"
        GONE = "GONE", "The receiver answered 410 Gone"

    ref = models.CharField(max_length=20, unique=True)
    client = models.ForeignKey("kernel.ApiClient", on_delete=models.PROTECT, related_name="+")
    url = models.CharField(max_length=2000)
    description = models.CharField(max_length=200, blank=True)
    kinds = ArrayField(models.CharField(max_length=64), default=list, blank=True)
    channels = ArrayField(models.CharField(max_length=64), default=list, blank=True)
    nodes = ArrayField(models.CharField(max_length=64), default=list, blank=True)
    secret = models.TextField()
    previous_secret = models.TextField(blank=True)
    previous_until = models.DateTimeField(null=True)
    status = models.CharField(max_length=16, choices=Status.choices, default=Status.ACTIVE)
    paused_because = models.CharField(max_length=16, choices=Pause.choices, blank=True)
    paused_at = models.DateTimeField(null=True)
    position = models.BigIntegerField()
    failures = models.IntegerField(default=0)
    quiet_until = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)
    lease_until = models.DateTimeField(null=True)
    lease_token = models.CharField(max_length=32, blank=True)
    revision = models.IntegerField(default=1)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    updated_by = models.CharField(max_length=150)
    deleted_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "kernel_webhook_endpoint"
        constraints = [
            models.CheckConstraint(condition=Q(position__gte=0), name="webhook_endpoint_position_gte_0"),
            models.CheckConstraint(condition=Q(failures__gte=0), name="webhook_endpoint_failures_gte_0"),
        ]

    def __str__(self) -> str:
        return self.ref


class WebhookDelivery(models.Model):
    """One message for one endpoint: an event of the feed, or a test ping (`position` null).

    `message_id` is what the receiver sees as `webhook-id`; it stays the same for every attempt and every replay.
    """

    class Status(models.TextChoices):
        """A message waits until it was taken or given up; a replay makes it wait again."""

        PENDING = "PENDING", "Waiting"
        DELIVERED = "DELIVERED", "Delivered"
        FAILED = "FAILED", "Given up"

    endpoint = models.ForeignKey(WebhookEndpoint, on_delete=models.CASCADE, related_name="+", db_index=False)
    message_id = models.CharField(max_length=64)
    position = models.BigIntegerField(null=True)
    kind = models.CharField(max_length=64)
    entity_ref = models.CharField(max_length=64)
    status = models.CharField(max_length=16, choices=Status.choices, default=Status.PENDING)
    attempts = models.IntegerField(default=0)
    first_attempt_at = models.DateTimeField(null=True)
    next_attempt_at = models.DateTimeField(null=True)
    answer_status = models.SmallIntegerField(null=True)
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "kernel_webhook_delivery"
        constraints = [
            models.UniqueConstraint(fields=["endpoint", "message_id"], name="webhook_delivery_once"),
            models.CheckConstraint(
                condition=Q(status="PENDING", next_attempt_at__isnull=False) | ~Q(status="PENDING"),
                name="webhook_delivery_pending_has_time",
            ),
        ]
        indexes = [
            models.Index(
                fields=["endpoint", "next_attempt_at", "id"], name="webhook_delivery_due", condition=Q(status="PENDING")
            ),
            models.Index(fields=["endpoint", "id"], name="webhook_delivery_order"),
            models.Index(fields=["endpoint", "status", "id"], name="webhook_delivery_state"),
            models.Index(fields=["created_at"], name="webhook_delivery_age"),
        ]

    def __str__(self) -> str:
        return self.message_id


class WebhookAttempt(models.Model):
    """One try to hand over one message: what the receiver answered, or why there was no answer."""

    delivery = models.ForeignKey(WebhookDelivery, on_delete=models.CASCADE, related_name="tries")
    at = models.DateTimeField()
    duration_ms = models.IntegerField()
    status = models.SmallIntegerField(null=True)
    error = models.CharField(max_length=200, blank=True)
    answer = models.TextField(blank=True)

    class Meta:
        db_table = "kernel_webhook_attempt"

    def __str__(self) -> str:
        return f"{self.status or self.error}"
