"""Creates what Django's models cannot say: append-only books, storage options, SQL functions."""

from django.db import migrations

from dom.kernel.sql import install

GUARDS = """
CREATE TRIGGER payment_entry_append_only BEFORE UPDATE OR DELETE ON orders_payment_entry
    FOR EACH ROW EXECUTE FUNCTION kernel_refuse_change();
CREATE TRIGGER order_change_append_only BEFORE UPDATE OR DELETE ON orders_order_change
    FOR EACH ROW EXECUTE FUNCTION kernel_refuse_change();
ALTER TABLE orders_order SET (fillfactor = 80);
ALTER TABLE orders_order_line SET (fillfactor = 80);
ALTER TABLE orders_fulfillment_order SET (fillfactor = 80);
ALTER TABLE orders_fulfillment_order_line SET (fillfactor = 80);
ALTER TABLE orders_routing_task SET (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02);
"""


class Migration(migrations.Migration):
    dependencies = [("orders", "0001_tables"), ("kernel", "0002_partitions_and_functions")]

    operations = [
        *install("orders", "orders_status", "orders_touch"),
        migrations.RunSQL(GUARDS, migrations.RunSQL.noop),
    ]
