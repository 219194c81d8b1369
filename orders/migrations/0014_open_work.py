"""Keeps open work in an index of its own, so that looking at the day costs what is open and not what ever was."""

from django.db import migrations, models

from dom.kernel.indexes import index_concurrently

_CLOSED = ["SHIPPED", "HANDED_OVER", "REJECTED", "CANCELLED"]


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("orders", "0013_hold_escalation")]

    operations = [
        *index_concurrently(
            "fulfillmentorder",
            models.Index(
                fields=["node", "ship_by"],
                include=["status"],
                condition=~models.Q(status__in=_CLOSED),
                name="fulfillment_order_open",
            ),
        ),
    ]
