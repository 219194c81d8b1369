"""Lets a claim work out what rules keep of the stock that it locks: a percent of on hand, within a rule's dates."""

from django.db import migrations

from dom.kernel.sql import install

_BEFORE = """
DROP FUNCTION IF EXISTS inventory_reserve(
    timestamptz, text, bigint[], timestamptz[], integer[], boolean[], integer[], text[], text[], bigint[], bigint[],
    integer[], integer[], bigint[], integer[], text[], bigint[], date[], text[], text[], integer[], integer[], text[],
    integer[], text[])
"""


class Migration(migrations.Migration):
    dependencies = [("inventory", "0014_lock_demands")]

    operations = [
        migrations.RunSQL(_BEFORE, reverse_sql=migrations.RunSQL.noop),
        *install("inventory", "inventory_kept", "inventory_reserve"),
    ]
