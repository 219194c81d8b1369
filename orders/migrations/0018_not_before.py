"""Orders may wait for a day; what reads them whole is created here, since it names the column."""

from django.db import migrations, models

from dom.kernel.sql import install


class Migration(migrations.Migration):
    dependencies = [("orders", "0017_counted_once")]

    operations = [
        migrations.AddField("order", "not_before", models.DateTimeField(blank=True, null=True)),
        *install("orders", "orders_insert"),
    ]
