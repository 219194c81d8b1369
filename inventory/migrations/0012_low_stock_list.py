"""Finds the low levels among millions."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("inventory", "0011_low_stock")]

    operations = [
        AddIndexConcurrently(
            "stocklevel", models.Index(fields=["id"], condition=Q(low_since__isnull=False), name="stock_level_low")
        ),
    ]
