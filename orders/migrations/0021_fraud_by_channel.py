"""Reads the fraud threshold of a channel at intake."""

from django.db import migrations

from dom.kernel.sql import install


class Migration(migrations.Migration):
    dependencies = [("orders", "0020_backorders_counted"), ("inventory", "0023_fraud_screening")]

    operations = [*install("orders", "orders_intake_facts")]
