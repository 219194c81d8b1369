"""Lets a key be limited to channels, and tells endpoints no more than their keys may read."""

from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models

from dom.kernel.sql import install


class Migration(migrations.Migration):
    dependencies = [("kernel", "0009_retention")]

    operations = [
        migrations.AddField(
            model_name="apiclient",
            name="channel_codes",
            field=ArrayField(base_field=models.CharField(max_length=64), blank=True, default=list, size=None),
        ),
        *install("dom.kernel", "kernel_take_in_webhooks"),
    ]
