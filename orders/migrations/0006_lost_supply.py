"""Installs what finds supply that comes too late for its orders."""

from django.db import migrations

from dom.kernel.sql import install

OLD = "DROP FUNCTION IF EXISTS orders_waiting_for_supply(integer)"


class Migration(migrations.Migration):
    dependencies = [("orders", "0005_routing_queue"), ("inventory", "0006_late_supply")]

    operations = [
        migrations.RunSQL(OLD, migrations.RunSQL.noop),
        *install("orders", "orders_waiting_for_supply", "orders_late_supply"),
    ]
