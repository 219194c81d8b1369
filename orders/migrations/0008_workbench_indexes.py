"""Indexes what the sweep of concerns and the address check read, without stopping writers."""

from django.db import migrations, models
from django.db.models import Q

from dom.kernel.indexes import index_concurrently


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("orders", "0007_workbench")]

    operations = [
        *index_concurrently(
            "fulfillmentorder",
            models.Index(fields=["closed_at"], condition=Q(status="REJECTED"), name="fulfillment_order_rejected"),
        ),
        *index_concurrently(
            "paymententry", models.Index(fields=["at"], condition=Q(kind="AUTHORIZE"), name="payment_authorized")
        ),
        *index_concurrently("address", models.Index(fields=["postal_code", "country"], name="address_postal")),
    ]
