"""For whom stock is: channels, and how much of a SKU one channel may take."""

from django.db import models
from django.db.models import F, Q

from inventory.models.network import NodeGroup
from inventory.models.sku import Sku


class Channel(models.Model):
    """A web shop, marketplace or app that sells; `node_group` null means every node.

    Orders whose fraud score is `fraud_score` or more wait for a person, unless `fraud_screening` is off: then somebody
    else screens them.
    """

    class Accept(models.TextChoices):
        """Whether an order may come in without a reservation."""

        ALWAYS = "ALWAYS", "Always"
        ONLY_IF_RESERVED = "ONLY_IF_RESERVED", "Only if reserved"

    code = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=200, blank=True)
    currency = models.CharField(max_length=3, default="USD")
    country = models.CharField(max_length=2, default="US")
    time_zone = models.CharField(max_length=64, default="UTC")
    accept = models.CharField(max_length=20, choices=Accept.choices, default=Accept.ALWAYS)
    node_group = models.ForeignKey(NodeGroup, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    fraud_screening = models.BooleanField(default=True)
    fraud_score = models.SmallIntegerField(default=75)
    is_active = models.BooleanField(default=True)

    class Meta:
        db_table = "inventory_channel"
        constraints = [
            models.CheckConstraint(
                condition=Q(fraud_score__gte=0, fraud_score__lte=100), name="channel_fraud_score_within_100"
            )
        ]

    def __str__(self) -> str:
        return self.code


class ChannelQuota(models.Model):
    """How many units of a SKU a channel may take, open and consumed claims together.

    `used` counts claims that are open, and those consumed after the entry `since_entry` (the quota's beginning).
    `excess` is what was used already when the quota was lowered below it; nothing but `upsert_quotas` raises it.
    """

    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, related_name="+", db_index=False)
    sku = models.ForeignKey(Sku, on_delete=models.PROTECT, related_name="+")
    quota = models.IntegerField()
    used = models.IntegerField(default=0)
    excess = models.IntegerField(default=0)
    since_entry = models.BigIntegerField(default=0)

    class Meta:
        db_table = "inventory_channel_quota"
        constraints = [
            models.UniqueConstraint(fields=["channel", "sku"], name="channel_quota_once"),
            models.CheckConstraint(condition=Q(quota__gte=0, used__gte=0, excess__gte=0), name="channel_quota_gte_0"),
            models.CheckConstraint(condition=Q(used__lte=F("quota") + F("excess")), name="channel_quota_kept"),
        ]

    def __str__(self) -> str:
        return f"{self.channel_id}/{self.sku_id}: {self.used} of {self.quota}"
