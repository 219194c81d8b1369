"""Counts the units that wait already by their SKUs."""

from django.db import migrations

COUNT = """
SELECT inventory_take_backorders(array_agg(w.sku_id), array_agg(w.units::int), array_agg(true)) FROM (
    SELECT sku_id, sum(backordered) AS units FROM orders_order_line
    WHERE backordered > 0 AND sku_id IS NOT NULL GROUP BY sku_id) w
HAVING count(*) > 0
"""


class Migration(migrations.Migration):
    dependencies = [("orders", "0019_short_claims"), ("inventory", "0022_backorder_limits")]

    operations = [migrations.RunSQL(COUNT, migrations.RunSQL.noop)]
