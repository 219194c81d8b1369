"""Indexes what orders are searched by, beside the traffic: a full table is read for minutes and nobody waits."""

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import migrations, models

from dom.kernel.indexes import index_concurrently


_DIGITS = models.Func(
    models.F("phone"), models.Value("\\D"), models.Value(""), models.Value("g"), function="regexp_replace"
)


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("orders", "0009_search")]

    operations = [
        *index_concurrently(
            "customercontact",
            GinIndex(
                OpClass("name", name="gin_trgm_ops"),
                OpClass("email", name="gin_trgm_ops"),
                OpClass(_DIGITS, name="gin_trgm_ops"),
                name="customer_search",
            ),
        ),
        *index_concurrently("orderline", models.Index(fields=["sku", "order"], name="order_line_sku")),
    ]
