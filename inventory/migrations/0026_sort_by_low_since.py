"""Keeps what is low by since when it is, so that a list may begin with what has waited longest."""

from django.db import migrations, models

from dom.kernel.indexes import index_concurrently


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("inventory", "0025_quotas_end")]

    operations = [
        *index_concurrently(
            "stocklevel",
            models.Index(
                fields=["low_since", "id"],
                condition=models.Q(low_since__isnull=False),
                name="stock_level_low_since",
            ),
        ),
    ]
