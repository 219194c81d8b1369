"""Installs the one pass of locks for a transaction that calls inventory more than once."""

from django.db import migrations

from dom.kernel.sql import install


class Migration(migrations.Migration):
    dependencies = [("inventory", "0013_node_defaults")]

    operations = install("inventory", "inventory_lock_demands")
