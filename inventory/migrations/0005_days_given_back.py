"""Lets part of a node-day's use be given back."""

from django.db import migrations

from dom.kernel.sql import install


class Migration(migrations.Migration):
    dependencies = [("inventory", "0004_changes_are_noted")]

    operations = install("inventory", "inventory_trim_days")
