"""Lets a line wait until somebody approves that it sells another item."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

from dom.kernel.sql import install

KINDS = [
    ("UNKNOWN_SKU", "Unknown SKU"),
    ("ADDRESS", "Address"),
    ("PAYMENT", "Payment"),
    ("FRAUD", "Fraud check"),
    ("DUPLICATE", "Possible duplicate"),
    ("LEGAL", "Not allowed there"),
    ("UNFILLED", "Cannot be filled"),
    ("ROUTING_ERROR", "Routing failed"),
    ("SWAP", "Swap to approve"),
    ("MANUAL", "By hand"),
]


class Migration(migrations.Migration):
    dependencies = [("orders", "0021_fraud_by_channel")]

    operations = [
        migrations.AddField(
            "hold",
            "swap_to",
            models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="inventory.sku",
            ),
        ),
        migrations.AlterField("hold", "kind", models.CharField(choices=KINDS, max_length=16)),
        migrations.AddConstraint(
            "hold",
            models.CheckConstraint(
                condition=Q(kind="SWAP", swap_to__isnull=False, line__isnull=False, fulfillment_order__isnull=True)
                | (~Q(kind="SWAP") & Q(swap_to__isnull=True)),
                name="hold_swap_names_its_item",
            ),
        ),
        *install("orders", "orders_documents"),
    ]
