"""Locks announced supplies before the quotas of their claims."""

from django.db import migrations

from dom.kernel.sql import install


class Migration(migrations.Migration):
    dependencies = [("inventory", "0023_fraud_screening")]

    operations = [*install("inventory", "inventory_announce_supply")]
