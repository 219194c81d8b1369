"""Where stock is: nodes and groups of nodes."""

from django.contrib.postgres.fields import ArrayField
from django.db import models


class Node(models.Model):
    """A place that holds stock and can ship or hand over; distances and costs are computed elsewhere.

    Cost facts are in 1/10,000 of the major currency unit (`_e4`): per fulfillment order, per line, per unit.
    `failed_pick_ppm` is how often a pick comes up short, in parts per million. `change_reason` is why somebody last
    paused it, resumed it, or changed its methods or a day's capacity; `revision` counts these.
    Planned work is released `release_minutes` before it has to leave, and not begun earlier; None lets it begin at
    once. Work that nobody accepts within `accept_minutes` of opening hours is routed elsewhere; None waits.
    """

    class Kind(models.TextChoices):
        """What sort of place it is."""

        DC = "DC", "Distribution center"
        STORE = "STORE", "Store"
        THREE_PL = "THREE_PL", "3PL"
        SUPPLIER = "SUPPLIER", "Supplier"

    class Status(models.TextChoices):
        """Only an active node gets new work."""

        ACTIVE = "ACTIVE", "Active"
        PAUSED = "PAUSED", "Paused"
        CLOSED = "CLOSED", "Closed"

    class Method(models.TextChoices):
        """How a node can get goods to a customer."""

        SHIP = "SHIP", "Ship"
        PICKUP = "PICKUP", "Pickup"
        SHIP_TO_STORE = "SHIP_TO_STORE", "Ship to store"
        SAME_DAY = "SAME_DAY", "Same day"

    class FeedBasis(models.TextChoices):
        """What the node's feed counts: everything on hand, or what it still has free of the orders it knows."""

        ON_HAND = "ON_HAND", "On hand"
        AVAILABLE = "AVAILABLE", "Available"

    code = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=200, blank=True)
    kind = models.CharField(max_length=16, choices=Kind.choices)
    status = models.CharField(max_length=16, choices=Status.choices, default=Status.ACTIVE)
    paused_until = models.DateTimeField(null=True, blank=True)
    line1 = models.CharField(max_length=200, blank=True)
    city = models.CharField(max_length=100, blank=True)
    region = models.CharField(max_length=32, blank=True)
    postal_code = models.CharField(max_length=16, blank=True)
    country = models.CharField(max_length=2, default="US")
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    time_zone = models.CharField(max_length=64, default="UTC")
    calendar = models.CharField(max_length=64, blank=True)
    methods = ArrayField(models.CharField(max_length=16, choices=Method.choices), default=list, blank=True)
    hazmat_classes = ArrayField(models.CharField(max_length=16), default=list, blank=True)
    temperature_classes = ArrayField(models.CharField(max_length=8), default=list, blank=True)
    max_piece_grams = models.IntegerField(null=True, blank=True)
    handles_oversize = models.BooleanField(default=True)
    must_acknowledge = models.BooleanField(default=False)
    release_minutes = models.IntegerField(null=True, blank=True)
    accept_minutes = models.IntegerField(null=True, blank=True)
    feed_basis = models.CharField(max_length=16, choices=FeedBasis.choices, default=FeedBasis.ON_HAND)
    fulfillment_cost_e4 = models.BigIntegerField(default=0)
    line_cost_e4 = models.BigIntegerField(default=0)
    unit_cost_e4 = models.BigIntegerField(default=0)
    failed_pick_ppm = models.IntegerField(default=0)
    tags = ArrayField(models.CharField(max_length=64), default=list, blank=True)
    revision = models.IntegerField(default=1, db_default=1)
    change_reason = models.CharField(max_length=200, blank=True, default="", db_default="")

    class Meta:
        db_table = "inventory_node"

    def __str__(self) -> str:
        return self.code


class NodeGroup(models.Model):
    """A named set of nodes; rules and channels speak of groups, not of nodes."""

    code = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=200, blank=True)
    nodes = models.ManyToManyField(Node, related_name="groups", db_table="inventory_node_group_member", blank=True)

    class Meta:
        db_table = "inventory_node_group"

    def __str__(self) -> str:
        return self.code
