"""The only tables of orders that hold personal data; `erase_customer` overwrites them."""

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Func, Value

#: A phone number as people search for it: its digits alone.
_DIGITS = Func(F("phone"), Value(r"\D"), Value(""), Value("g"), function="regexp_replace")


class CustomerContact(models.Model):
    """How to reach a person about an order."""

    external_ref = models.CharField(max_length=128, blank=True)
    name = models.CharField(max_length=200, blank=True)
    email = models.CharField(max_length=254, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    erased_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "orders_customer_contact"
        indexes = [
            models.Index(fields=["external_ref"], name="customer_external_ref"),
            GinIndex(
                OpClass("name", name="gin_trgm_ops"),
                OpClass("email", name="gin_trgm_ops"),
                OpClass(_DIGITS, name="gin_trgm_ops"),
                name="customer_search",
            ),
        ]

    def __str__(self) -> str:
        return self.external_ref or f"customer {self.id}"


class Address(models.Model):
    """Where a parcel goes; routing sees country, region, postal area and rounded location only."""

    name = models.CharField(max_length=200, blank=True)
    line1 = models.CharField(max_length=200, blank=True)
    line2 = models.CharField(max_length=200, blank=True)
    city = models.CharField(max_length=100, blank=True)
    region = models.CharField(max_length=32, blank=True)
    postal_code = models.CharField(max_length=16, blank=True)
    country = models.CharField(max_length=2)
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)
    erased_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "orders_address"
        indexes = [models.Index(fields=["postal_code", "country"], name="address_postal")]

    def __str__(self) -> str:
        return f"{self.postal_code} {self.country}"
