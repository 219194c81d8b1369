"""Shows when a node got its work."""

from django.db import migrations

from dom.kernel.sql import install


class Migration(migrations.Migration):
    dependencies = [("orders", "0023_parts_of_a_shipment")]

    operations = [*install("orders", "orders_work_documents")]
