"""Finds what work claims of levels that are short."""

from django.db import migrations

from dom.kernel.sql import install


class Migration(migrations.Migration):
    dependencies = [("orders", "0018_not_before"), ("inventory", "0020_shortage_ends")]

    operations = install("orders", "orders_short_claims")
