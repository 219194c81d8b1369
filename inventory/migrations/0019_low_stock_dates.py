"""Lets thresholds of low stock be in force on some dates only."""

from django.db import migrations

from dom.kernel.sql import install


class Migration(migrations.Migration):
    dependencies = [("inventory", "0018_release_and_patience")]

    operations = [
        migrations.RunSQL(
            "DROP FUNCTION IF EXISTS inventory_mark_low(bigint, integer)", reverse_sql=migrations.RunSQL.noop
        ),
        *install("inventory", "inventory_mark_low"),
    ]
