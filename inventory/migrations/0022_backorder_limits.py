"""Lets a SKU say how many units of it may wait for stock, and counts those that do."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Q

from dom.kernel.sql import install


class Migration(migrations.Migration):
    dependencies = [("inventory", "0021_low_stock_percent")]

    operations = [
        migrations.AddField("sku", "backorder_limit", models.IntegerField(blank=True, null=True)),
        migrations.AddConstraint(
            "sku",
            models.CheckConstraint(
                condition=Q(backorder_limit__isnull=True) | Q(backorder_limit__gte=0), name="sku_backorder_limit_gte_0"
            ),
        ),
        migrations.CreateModel(
            name="BackorderCount",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("waiting", models.IntegerField(default=0)),
                ("allowed", models.IntegerField(null=True)),
                ("excess", models.IntegerField(default=0)),
                (
                    "sku",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="backorder_count",
                        to="inventory.sku",
                    ),
                ),
            ],
            options={
                "db_table": "inventory_backorder_count",
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(waiting__gte=0, excess__gte=0) & (Q(allowed__isnull=True) | Q(allowed__gte=0)),
                        name="backorder_count_gte_0",
                    ),
                    models.CheckConstraint(
                        condition=Q(allowed__isnull=True) | Q(waiting__lte=F("allowed") + F("excess")),
                        name="backorder_limit_kept",
                    ),
                ],
            },
        ),
        *install(
            "inventory", "inventory_take_backorders", "inventory_end_backorders", "inventory_set_backorder_limits"
        ),
    ]
