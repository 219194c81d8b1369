"""Lets a channel say from which fraud score on its orders wait for a person, and whether they do."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("inventory", "0022_backorder_limits")]

    operations = [
        migrations.AddField("channel", "fraud_screening", models.BooleanField(default=True)),
        migrations.AddField("channel", "fraud_score", models.SmallIntegerField(default=75)),
        migrations.AddConstraint(
            "channel",
            models.CheckConstraint(
                condition=Q(fraud_score__gte=0, fraud_score__lte=100), name="channel_fraud_score_within_100"
            ),
        ),
    ]
