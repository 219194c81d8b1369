"""What lists of the network, its stock and its quotas can be narrowed by."""

from typing import Any

import django_filters
from django.db.models import QuerySet

from inventory.models import Channel, ChannelQuota, IncomingSupply, Node, NodeGroup, Sku, StockLevel


class _ByCode(django_filters.FilterSet):
    code = django_filters.CharFilter(label="Exactly this code")


class SkuFilter(_ByCode):
    """Narrows SKUs."""

    tag = django_filters.CharFilter(method="tagged", label="Has this tag")
    handling_class = django_filters.CharFilter(label="Exactly this class")
    is_active = django_filters.BooleanFilter(label="true or false")

    class Meta:
        model = Sku
        fields: list[str] = []

    def tagged(self, rows: "QuerySet[Sku]", _name: str, value: Any) -> "QuerySet[Sku]":
        """Keep the SKUs with a tag."""
        return rows.filter(tags__contains=[value])


class NodeFilter(_ByCode):
    """Narrows nodes."""

    kind = django_filters.ChoiceFilter(choices=Node.Kind.choices, label="Sort of place")
    status = django_filters.ChoiceFilter(choices=Node.Status.choices, label="Whether it gets new work")
    country = django_filters.CharFilter(label="ISO 3166 code")
    group = django_filters.CharFilter(field_name="groups__code", label="Is in this node group")
    tag = django_filters.CharFilter(method="tagged", label="Has this tag")

    class Meta:
        model = Node
        fields: list[str] = []

    def tagged(self, rows: "QuerySet[Node]", _name: str, value: Any) -> "QuerySet[Node]":
        """Keep the nodes with a tag."""
        return rows.filter(tags__contains=[value])


class NodeGroupFilter(_ByCode):
    """Narrows node groups."""

    node = django_filters.CharFilter(field_name="nodes__code", label="Holds this node")

    class Meta:
        model = NodeGroup
        fields: list[str] = []


class ChannelFilter(_ByCode):
    """Narrows channels."""

    is_active = django_filters.BooleanFilter(label="true or false")

    class Meta:
        model = Channel
        fields: list[str] = []


class _BySku(django_filters.FilterSet):
    sku = django_filters.CharFilter(field_name="sku__code", label="Of this SKU")


class LevelFilter(_BySku):
    """Narrows stock levels."""

    node = django_filters.CharFilter(field_name="node__code", label="At this node")
    short = django_filters.BooleanFilter(field_name="shortage", lookup_expr="gt", label="true: claims exceed stock")

    class Meta:
        model = StockLevel
        fields: list[str] = []


class SupplyFilter(_BySku):
    """Narrows incoming supply."""

    node = django_filters.CharFilter(field_name="node__code", label="To this node")
    source_ref = django_filters.CharFilter(label="Of this purchase order or transfer")

    class Meta:
        model = IncomingSupply
        fields: list[str] = []


class QuotaFilter(_BySku):
    """Narrows quotas."""

    channel = django_filters.CharFilter(field_name="channel__code", label="Of this channel")

    class Meta:
        model = ChannelQuota
        fields: list[str] = []
