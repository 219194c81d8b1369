"""Installs the SQL functions of the routing queue and of the book."""

from django.db import migrations

from dom.kernel.sql import install


class Migration(migrations.Migration):
    dependencies = [("orders", "0004_waking")]

    operations = install("orders", "orders_claim_tasks", "orders_lock_claimed", "orders_carry_out", "orders_write_down")
