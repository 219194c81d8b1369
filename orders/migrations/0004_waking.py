"""Creates what waking backorders needs: the mark of each line's last try, and the functions that match."""

import django.db.models.deletion
from django.db import migrations, models

from dom.kernel.sql import install


class Migration(migrations.Migration):
    dependencies = [("orders", "0003_intake_and_documents")]

    operations = [
        migrations.CreateModel(
            name="BackorderTry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("available", models.BigIntegerField()),
                ("clock", models.BigIntegerField()),
                ("tried_at", models.DateTimeField()),
                (
                    "line",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="orders.orderline"
                    ),
                ),
            ],
            options={"db_table": "orders_backorder_try"},
        ),
        *install("orders", "orders_wake", "orders_waiting_for_supply", "orders_surplus_supply", "orders_rescore"),
    ]
