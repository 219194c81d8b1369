"""Indexes the attributes of orders that have any, for whoever lists orders by one of them."""

from django.contrib.postgres.indexes import GinIndex
from django.db import migrations, models

from dom.kernel.indexes import index_concurrently


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("orders", "0014_open_work")]

    operations = index_concurrently(
        "order",
        GinIndex(
            fields=["attributes"],
            opclasses=["jsonb_path_ops"],
            condition=~models.Q(attributes={}),
            name="order_attributes",
        ),
    )
