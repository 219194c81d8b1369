"""Indexes what lists of orders read: open ones alone, and all of them by when they were placed."""

from django.db import migrations, models

from dom.kernel.indexes import index_concurrently

_OPEN = ("HELD", "QUEUED", "BACKORDERED", "PLANNED", "IN_PROGRESS", "PARTLY_SHIPPED")


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("orders", "0010_search_indexes")]

    operations = [
        *index_concurrently(
            "order", models.Index(fields=["-id"], condition=models.Q(status__in=_OPEN), name="order_open")
        ),
        *index_concurrently("order", models.Index(fields=["-placed_at", "-id"], name="order_placed")),
    ]
