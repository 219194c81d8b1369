"""Keeps what the proofs of the books found."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("kernel", "0007_events_of_triggers")]

    operations = [
        migrations.CreateModel(
            name="Proof",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("seconds", models.FloatField()),
                ("checks", models.IntegerField()),
                ("differences", models.JSONField(default=dict)),
            ],
            options={"db_table": "kernel_proof"},
        ),
    ]
