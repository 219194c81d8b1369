"""Keeps SKUs by their names, so that the list of stock may be read by them."""

from django.db import migrations, models
from django.db.models.functions import Lower

from dom.kernel.indexes import index_concurrently


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("inventory", "0026_sort_by_low_since")]

    operations = [*index_concurrently("sku", models.Index(Lower("name"), "id", name="sku_by_name"))]
