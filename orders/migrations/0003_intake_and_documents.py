"""Creates the functions that take orders in and read them whole."""

from django.db import migrations

from dom.kernel.sql import install


class Migration(migrations.Migration):
    dependencies = [("orders", "0002_functions_and_guards"), ("inventory", "0002_ledgers_and_functions")]

    operations = [
        *install("orders", "orders_intake_facts", "orders_insert"),
    ]
