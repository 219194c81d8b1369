"""Counts an attempt to route only where it says something about the order."""

from django.db import migrations

from dom.kernel.sql import install


class Migration(migrations.Migration):
    dependencies = [("orders", "0028_sort_by_ship_by")]

    operations = [*install("orders", "orders_give_back")]
