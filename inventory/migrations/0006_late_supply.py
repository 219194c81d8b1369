"""Remembers when supply moved later, and what lost its supply until it is sourced afresh."""

import django.db.models.deletion
from django.db import migrations, models

from dom.kernel.sql import install

OLD = "DROP FUNCTION IF EXISTS inventory_shorten_supply(timestamptz, text, bigint, integer)"


class Migration(migrations.Migration):
    dependencies = [("inventory", "0005_days_given_back")]

    operations = [
        migrations.AddField("incomingsupply", "rescheduled_at", models.DateTimeField(blank=True, null=True)),
        migrations.CreateModel(
            name="LostSupply",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("demand_ref", models.CharField(max_length=96)),
                ("line_ref", models.CharField(max_length=64)),
                (
                    "sku",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+",
                        to="inventory.sku",
                    ),
                ),
                (
                    "supply",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+",
                        to="inventory.incomingsupply",
                    ),
                ),
                ("quantity", models.IntegerField()),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("SUPPLY_SHORT", "Less arrives than announced"),
                            ("SUPPLY_LATE", "It arrives later than the demand accepts"),
                            ("SUPPLY_OVERDUE", "Its date passed and it was not received"),
                        ],
                        max_length=16,
                    ),
                ),
                ("lost_at", models.DateTimeField()),
            ],
            options={
                "db_table": "inventory_lost_supply",
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("quantity__gt", 0)), name="lost_supply_gt_0")
                ],
            },
        ),
        migrations.RunSQL(OLD, migrations.RunSQL.noop),
        *install(
            "inventory", "inventory_end_supply_claims", "inventory_shorten_supply", "inventory_receive_supply",
            "inventory_announce_supply", "inventory_free_supply", "inventory_take_lost_supply",
        ),
    ]  # fmt: skip
