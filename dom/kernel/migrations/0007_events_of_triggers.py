"""Lets triggers write events."""

from django.db import migrations

from dom.kernel.sql import install


class Migration(migrations.Migration):
    dependencies = [("kernel", "0006_client_limits")]

    operations = [*install("dom.kernel", "kernel_append_event")]
