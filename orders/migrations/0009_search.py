"""Installs the search for orders and the trigrams that it looks for; a managed server must offer pg_trgm."""

from django.contrib.postgres.operations import TrigramExtension
from django.db import migrations

from dom.kernel.sql import install


class Migration(migrations.Migration):
    dependencies = [("orders", "0008_workbench_indexes")]

    operations = [TrigramExtension(), *install("orders", "orders_search")]
