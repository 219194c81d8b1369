"""Takes damaged units in where a count has found fewer than are unsellable."""

from django.db import migrations

from dom.kernel.sql import install


class Migration(migrations.Migration):
    dependencies = [("inventory", "0016_repairs")]

    operations = install("inventory", "inventory_move_stock")
