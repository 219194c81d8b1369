"""Lets SKUs be found by a part of their name or the beginning of their GTIN, and levels by their trouble."""

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.operations import TrigramExtension
from django.db import migrations, models
from django.db.models import Q
from django.db.models.functions import Upper

from dom.kernel.indexes import index_concurrently


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("inventory", "0006_late_supply")]

    operations = [
        TrigramExtension(),
        *index_concurrently(
            "sku", GinIndex(OpClass(Upper("name"), name="gin_trgm_ops"), name="sku_name_part")
        ),
        *index_concurrently(
            "sku", models.Index(fields=["gtin"], name="sku_gtin_begin", opclasses=["varchar_pattern_ops"])
        ),
        *index_concurrently(
            "stocklevel", models.Index(fields=["id"], condition=Q(unsellable__gt=0), name="stock_level_unsellable")
        ),
        *index_concurrently(
            "stocklevel", models.Index(fields=["id"], condition=Q(unlimited=True), name="stock_level_unlimited")
        ),
    ]
