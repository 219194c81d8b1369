"""Who may call the API, and which answers they were given."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q


class ApiClient(models.Model):
    """One partner's key: a public prefix, the hash of the secret, scopes and, if limited, nodes and channels.

    `calls_per_minute` null is the installation's limit (API_CALLS_PER_MINUTE).
    """

    name = models.CharField(max_length=100, unique=True)
    description = models.CharField(max_length=200, blank=True)
    prefix = models.CharField(max_length=16, unique=True)
    secret_hash = models.CharField(max_length=64)
    previous_hash = models.CharField(max_length=64, blank=True)
    previous_until = models.DateTimeField(null=True, blank=True)
    scopes = ArrayField(models.CharField(max_length=32), default=list)
    node_codes = ArrayField(models.CharField(max_length=64), default=list, blank=True)
    channel_codes = ArrayField(models.CharField(max_length=64), default=list, blank=True)
    calls_per_minute = models.IntegerField(null=True, blank=True)
    is_active = models.BooleanField(default=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=150, blank=True)

    class Meta:
        db_table = "kernel_api_client"
        constraints = [
            models.CheckConstraint(condition=Q(calls_per_minute__gte=1), name="api_client_calls_per_minute_gte_1")
        ]

    def __str__(self) -> str:
        return self.name


class IdempotencyRecord(models.Model):
    """The answer once given to (client, key); written in the work's own transaction."""

    client = models.ForeignKey(ApiClient, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=255)
    request_hash = models.CharField(max_length=64)
    status_code = models.SmallIntegerField()
    body = models.JSONField()
    headers = models.JSONField(default=dict)
    created_at = models.DateTimeField()

    class Meta:
        db_table = "kernel_idempotency_record"
        constraints = [models.UniqueConstraint(fields=["client", "key"], name="idempotency_once")]
        indexes = [models.Index(fields=["created_at"], name="idempotency_age")]

    def __str__(self) -> str:
        return self.key
