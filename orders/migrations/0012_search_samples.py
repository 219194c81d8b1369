"""Installs the search that samples the newest orders before it chooses how to look for a word."""

from django.db import migrations

from dom.kernel.sql import install


class Migration(migrations.Migration):
    dependencies = [("orders", "0011_list_indexes")]

    operations = install("orders", "orders_search")
