"""What can be sold."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower, Upper


class Sku(models.Model):
    """A sellable unit, counted in whole base units. Weights in grams, lengths in millimeters."""

    class Temperature(models.TextChoices):
        """The temperature it has to be kept at."""

        AMBIENT = "AMBIENT", "Ambient"
        CHILLED = "CHILLED", "Chilled"
        FROZEN = "FROZEN", "Frozen"

    code = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=200, blank=True)
    gtin = models.CharField(max_length=14, blank=True)
    weight_grams = models.IntegerField(default=0)
    length_mm = models.IntegerField(default=0)
    width_mm = models.IntegerField(default=0)
    height_mm = models.IntegerField(default=0)
    handling_class = models.CharField(max_length=32, blank=True)
    hazmat_class = models.CharField(max_length=16, blank=True)
    temperature_class = models.CharField(max_length=8, choices=Temperature.choices, default=Temperature.AMBIENT)
    minimum_age = models.SmallIntegerField(default=0)
    export_controlled = models.BooleanField(default=False)
    value_minor = models.BigIntegerField(default=0)
    currency = models.CharField(max_length=3, default="USD")
    backorder_limit = models.IntegerField(null=True, blank=True)
    tags = ArrayField(models.CharField(max_length=64), default=list, blank=True)
    is_active = models.BooleanField(default=True)

    class Meta:
        db_table = "inventory_sku"
        verbose_name = "SKU"
        indexes = [
            GinIndex(fields=["tags"], name="sku_tags"),
            GinIndex(OpClass(Upper("name"), name="gin_trgm_ops"), name="sku_name_part"),
            models.Index(Lower("name"), "id", name="sku_by_name"),
            models.Index(fields=["gtin"], name="sku_gtin_begin", opclasses=["varchar_pattern_ops"]),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(weight_grams__gte=0, length_mm__gte=0, width_mm__gte=0, height_mm__gte=0),
                name="sku_measures_gte_0",
            ),
            models.CheckConstraint(condition=Q(value_minor__gte=0), name="sku_value_gte_0"),
            models.CheckConstraint(
                condition=Q(backorder_limit__isnull=True) | Q(backorder_limit__gte=0), name="sku_backorder_limit_gte_0"
            ),
        ]

    def __str__(self) -> str:
        return self.code
