"""Finds the low levels among millions."""

from django.db import migrations, models
from django.db.models import Q

from dom.kernel.indexes import index_concurrently


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("inventory", "0011_low_stock")]

    operations = [
        *index_concurrently(
            "stocklevel", models.Index(fields=["id"], condition=Q(low_since__isnull=False), name="stock_level_low")
        ),
    ]
