"""Keeps orders by their total, so that a list may begin with the largest."""

from django.db import migrations, models

from dom.kernel.indexes import index_concurrently


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("orders", "0026_orders_of_services")]

    operations = [
        *index_concurrently("order", models.Index(fields=["total_minor", "id"], name="order_total")),
    ]
