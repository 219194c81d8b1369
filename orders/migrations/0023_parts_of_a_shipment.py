"""Lets a shipment be captured and refunded in parts: two tenders may pay for one, and goods come back one by one."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("orders", "0022_swap_holds")]

    operations = [
        migrations.RemoveConstraint("paymententry", "payment_once_per_shipment"),
        migrations.AddConstraint(
            "paymententry",
            models.CheckConstraint(
                condition=Q(shipment__isnull=True) | Q(kind__in=["CAPTURE", "REFUND"]),
                name="payment_of_shipment_moves_money",
            ),
        ),
        migrations.AddIndex(
            "paymententry",
            models.Index(fields=["shipment"], condition=Q(shipment__isnull=False), name="payment_of_shipment"),
        ),
    ]
