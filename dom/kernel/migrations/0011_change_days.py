"""Indexes the record of changes by its time: a day of long ago is found without reading all that came after."""

from django.db import migrations, models

from dom.kernel.indexes import index_concurrently


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("kernel", "0010_channel_limits")]

    operations = index_concurrently("change", models.Index(fields=["at"], name="change_at"))
