"""Cancels bundles whose components are all cancelled, with their services, whoever cancelled the last one."""

from django.db import migrations

from dom.kernel.sql import install

_OVER = """
UPDATE orders_order_line b SET cancelled = b.quantity, shipped = 0
WHERE b.kind NOT IN ('PRODUCT', 'COMPONENT') AND b.cancelled < b.quantity
  AND (SELECT bool_and(x.cancelled = x.quantity) FROM orders_order_line x
       WHERE x.order_id = b.order_id AND x.kind IN ('PRODUCT', 'COMPONENT')
         AND x.parent_id = CASE b.kind WHEN 'BUNDLE' THEN b.id ELSE b.parent_id END)
"""


class Migration(migrations.Migration):
    dependencies = [("orders", "0024_released_at_shown")]

    operations = [*install("orders", "orders_touch"), migrations.RunSQL(_OVER, migrations.RunSQL.noop)]
