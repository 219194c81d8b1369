"""Lets months of history go."""

from django.db import migrations, models

from dom.kernel.sql import install


class Migration(migrations.Migration):
    dependencies = [("kernel", "0008_proofs")]

    operations = [
        migrations.AddField("EventSequence", "forgotten", models.BigIntegerField(default=0, db_default=0)),
        *install("dom.kernel", "kernel_retire_partition"),
    ]
