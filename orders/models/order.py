"""What a customer asked for: the order, its fulfillment groups and its lines."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q

from orders.models.person import Address, CustomerContact
from orders.values import TO_ADDRESS

_OPEN = ("HELD", "QUEUED", "BACKORDERED", "PLANNED", "IN_PROGRESS", "PARTLY_SHIPPED")


class Order(models.Model):
    """One order of one channel.

    `status` is derived by the SQL function `orders_status`; `revision` rises with each change.

    Nothing of it is planned before `not_before`, unless a person wants it so. `body_hash` tells a repeated intake (same
    body) from a clash (other body) under one (channel, external_ref).
    """

    class Status(models.TextChoices):
        """Derived, never set by hand."""

        HELD = "HELD", "On hold"
        QUEUED = "QUEUED", "Waiting for routing"
        BACKORDERED = "BACKORDERED", "Backordered"
        PLANNED = "PLANNED", "Planned"
        IN_PROGRESS = "IN_PROGRESS", "In progress"
        PARTLY_SHIPPED = "PARTLY_SHIPPED", "Partly shipped"
        SHIPPED = "SHIPPED", "Shipped"
        CANCELLED = "CANCELLED", "Cancelled"

    #: Something of it has still to leave.
    OPEN = _OPEN

    ref = models.CharField(max_length=20, unique=True)
    channel = models.ForeignKey("inventory.Channel", on_delete=models.PROTECT, related_name="+", db_index=False)
    external_ref = models.CharField(max_length=128)
    body_hash = models.CharField(max_length=64)
    status = models.CharField(max_length=16, choices=Status.choices)
    revision = models.IntegerField(default=1)
    priority = models.IntegerField(default=0)
    customer = models.ForeignKey(CustomerContact, null=True, on_delete=models.PROTECT, related_name="+")
    customer_tier = models.CharField(max_length=32, blank=True)
    currency = models.CharField(max_length=3)
    total_minor = models.BigIntegerField()
    charges_minor = models.BigIntegerField(default=0)
    tags = ArrayField(models.CharField(max_length=64), default=list, blank=True)
    attributes = models.JSONField(default=dict, blank=True)
    placed_at = models.DateTimeField()
    accepted_at = models.DateTimeField()
    not_before = models.DateTimeField(null=True, blank=True)
    auto_cancel_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "orders_order"
        constraints = [
            models.UniqueConstraint(fields=["channel", "external_ref"], name="order_once"),
            models.CheckConstraint(condition=Q(total_minor__gte=0, charges_minor__gte=0), name="order_money_gte_0"),
        ]
        indexes = [
            models.Index(fields=["status", "-id"], name="order_status"),
            GinIndex(
                fields=["attributes"],
                opclasses=["jsonb_path_ops"],
                condition=~Q(attributes={}),
                name="order_attributes",
            ),
            models.Index(fields=["-placed_at", "-id"], name="order_placed"),
            # Views of open orders read this, newest first, however many orders have ended.
            models.Index(fields=["-id"], condition=Q(status__in=_OPEN), name="order_open"),
            models.Index(fields=["total_minor", "id"], name="order_total"),
            models.Index(
                fields=["auto_cancel_at"], condition=Q(auto_cancel_at__isnull=False), name="order_auto_cancel"
            ),
        ]

    def __str__(self) -> str:
        return self.ref


class FulfillmentGroup(models.Model):
    """Lines of an order that go one way to one place: a method, and a node or an address, and a promise."""

    class Method(models.TextChoices):
        """How the customer gets the goods."""

        SHIP = "SHIP", "Ship"
        PICKUP = "PICKUP", "Pickup"
        SHIP_TO_STORE = "SHIP_TO_STORE", "Ship to store"
        SAME_DAY = "SAME_DAY", "Same day"

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="groups")
    group_ref = models.CharField(max_length=64)
    method = models.CharField(max_length=16, choices=Method.choices)
    node = models.ForeignKey("inventory.Node", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    ship_to = models.ForeignKey(Address, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    pickup_person = models.ForeignKey(
        CustomerContact, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    service_level = models.CharField(max_length=32, blank=True)
    promised_by = models.DateTimeField(null=True)
    allow_split = models.BooleanField(default=True)
    excluded_nodes = models.JSONField(default=dict, blank=True)

    class Meta:
        db_table = "orders_fulfillment_group"
        constraints = [
            models.UniqueConstraint(fields=["order", "group_ref"], name="fulfillment_group_once"),
            models.CheckConstraint(
                condition=Q(method__in=["SHIP", "SAME_DAY"], ship_to__isnull=False)
                | Q(method__in=["PICKUP", "SHIP_TO_STORE"], node__isnull=False),
                name="fulfillment_group_has_destination",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order_id}:{self.group_ref}"

    @property
    def goes_to_address(self) -> bool:
        """Whether it is sent to the customer; a group that is picked up may know an address as well."""
        return self.method in TO_ADDRESS


_PARTS = ("queued", "backordered", "planned", "shipped", "cancelled")


class OrderLine(models.Model):
    """Units of one SKU, and their fate: each unit is in exactly one of queued … cancelled.

    Only PRODUCT and COMPONENT lines are routed; the others carry their whole quantity as shipped from the start.
    """

    class Kind(models.TextChoices):
        """What the line sells."""

        PRODUCT = "PRODUCT", "Product"
        BUNDLE = "BUNDLE", "Bundle"
        COMPONENT = "COMPONENT", "Component"
        GIFT_CARD = "GIFT_CARD", "Gift card"
        SERVICE = "SERVICE", "Service"

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="lines")
    group = models.ForeignKey(FulfillmentGroup, on_delete=models.CASCADE, related_name="lines")
    parent = models.ForeignKey("self", null=True, on_delete=models.CASCADE, related_name="components")
    line_ref = models.CharField(max_length=64)
    kind = models.CharField(max_length=12, choices=Kind.choices, default=Kind.PRODUCT)
    sku = models.ForeignKey("inventory.Sku", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    sku_code = models.CharField(max_length=64)
    quantity = models.IntegerField()
    queued = models.IntegerField(default=0)
    backordered = models.IntegerField(default=0)
    planned = models.IntegerField(default=0)
    shipped = models.IntegerField(default=0)
    cancelled = models.IntegerField(default=0)
    returned = models.IntegerField(default=0)
    unit_price_minor = models.BigIntegerField(default=0)
    discount_minor = models.BigIntegerField(default=0)
    tax_minor = models.BigIntegerField(default=0)
    keep_together = models.CharField(max_length=64, blank=True)

    class Meta:
        db_table = "orders_order_line"
        constraints = [
            models.UniqueConstraint(fields=["order", "line_ref"], name="order_line_once"),
            models.CheckConstraint(
                condition=Q(quantity=F("queued") + F("backordered") + F("planned") + F("shipped") + F("cancelled")),
                name="order_line_every_unit_once",
            ),
            models.CheckConstraint(
                condition=Q(quantity__gt=0, returned__gte=0, returned__lte=F("shipped"))
                & Q(**{f"{part}__gte": 0 for part in _PARTS}),
                name="order_line_parts_gte_0",
            ),
            models.CheckConstraint(
                condition=Q(unit_price_minor__gte=0, discount_minor__gte=0, tax_minor__gte=0),
                name="order_line_money_gte_0",
            ),
        ]
        indexes = [
            models.Index(fields=["sku"], condition=Q(backordered__gt=0), name="order_line_backordered"),
            models.Index(fields=["sku", "order"], name="order_line_sku"),
        ]

    def __str__(self) -> str:
        return f"{self.order_id}/{self.line_ref}"
