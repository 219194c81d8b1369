"""Remembers that a hold was told to be overdue."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("orders", "0012_search_samples")]

    operations = [
        migrations.AddField("hold", "escalated_at", models.DateTimeField(null=True)),
    ]
