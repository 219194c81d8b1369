"""Indexes what the sweep of concerns and the address check read, without stopping writers."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("orders", "0007_workbench")]

    operations = [
        AddIndexConcurrently(
            "fulfillmentorder",
            models.Index(fields=["closed_at"], condition=Q(status="REJECTED"), name="fulfillment_order_rejected"),
        ),
        AddIndexConcurrently(
            "paymententry", models.Index(fields=["at"], condition=Q(kind="AUTHORIZE"), name="payment_authorized")
        ),
        AddIndexConcurrently("address", models.Index(fields=["postal_code", "country"], name="address_postal")),
    ]
