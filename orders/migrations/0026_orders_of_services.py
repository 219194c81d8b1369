"""Lets an order of services alone stay what it is, whatever is noted on it."""

from django.db import migrations

from dom.kernel.sql import install


class Migration(migrations.Migration):
    dependencies = [("orders", "0025_bundles_end_with_components")]

    operations = [*install("orders", "orders_touch")]
