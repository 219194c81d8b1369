"""Lets nodes be written by SQL that does not know their newer columns."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("inventory", "0012_low_stock_list")]

    operations = [
        migrations.AlterField("node", "revision", models.IntegerField(db_default=1, default=1)),
        migrations.AlterField(
            "node", "change_reason", models.CharField(blank=True, db_default="", default="", max_length=200)
        ),
    ]
