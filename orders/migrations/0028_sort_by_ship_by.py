"""Keeps open work by when it has to leave, so that a list may begin with what is pressing."""

from django.db import migrations, models

from dom.kernel.indexes import index_concurrently

_CLOSED = ["SHIPPED", "HANDED_OVER", "REJECTED", "CANCELLED"]


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("orders", "0027_sort_by_total")]

    operations = [
        *index_concurrently(
            "fulfillmentorder",
            models.Index(
                fields=["ship_by", "id"], condition=~models.Q(status__in=_CLOSED), name="fulfillment_order_due"
            ),
        ),
    ]
