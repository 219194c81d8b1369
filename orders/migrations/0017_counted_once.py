"""Counts units whose incoming supply came in while they were woken, or matched with more supply, once."""

from django.db import migrations

from dom.kernel.sql import install

OLD = """
DROP FUNCTION IF EXISTS orders_wake(timestamptz, bigint, timestamptz, integer);
DROP FUNCTION IF EXISTS orders_surplus_supply(integer);
"""


class Migration(migrations.Migration):
    dependencies = [("orders", "0016_released_at")]

    operations = [
        migrations.RunSQL(OLD, migrations.RunSQL.noop),
        *install("orders", "orders_wake", "orders_surplus_supply", "orders_waiting_for_supply"),
    ]
