"""What the lists of orders and of fulfillment orders can be narrowed by."""

from typing import Any

import django_filters
from django.core.validators import RegexValidator
from django.db.models import Exists, OuterRef, Q, QuerySet

from orders.models import FulfillmentGroup, FulfillmentOrder, Hold, Order, OrderLine

_A_PAIR = RegexValidator(r"\A[^:]+:.", "Name an attribute and its value, such as campaign:spring.")
_WORDS: dict[str, Any] = {"true": True, "false": False}


class OrderFilter(django_filters.FilterSet):
    """Narrows orders."""

    status = django_filters.ChoiceFilter(choices=Order.Status.choices, label="Where it stands")
    channel = django_filters.CharFilter(field_name="channel__code", label="Code of the channel")
    external_ref = django_filters.CharFilter(label="The channel's own reference")
    customer = django_filters.CharFilter(field_name="customer__external_ref", label="The channel's customer reference")
    placed_from = django_filters.IsoDateTimeFilter(field_name="placed_at", lookup_expr="gte", label="Not before")
    placed_until = django_filters.IsoDateTimeFilter(field_name="placed_at", lookup_expr="lt", label="Before")
    attribute = django_filters.CharFilter(
        method="with_attribute", max_length=300, validators=[_A_PAIR],
        label="An attribute with its value, such as campaign:spring",
    )  # fmt: skip
    sku = django_filters.CharFilter(method="with_sku", max_length=64, label="With a line of this SKU")
    held = django_filters.ChoiceFilter(choices=Hold.Kind.choices, method="held_by", label="Held for this reason")

    class Meta:
        model = Order
        fields: list[str] = []

    def with_attribute(self, rows: "QuerySet[Order]", _name: str, asked: str) -> "QuerySet[Order]":
        """Keep orders whose attribute has the value, as a text or as the number or truth that it reads as."""
        key, _, text = asked.partition(":")
        meant: list[Any] = [text]
        meant += [_WORDS[text]] if text in _WORDS else []
        meant += [int(text)] if text.isascii() and text.isdigit() and len(text) < 19 else []
        fits = Q()
        for value in meant:
            fits |= Q(attributes__contains={key: value})
        # Said as the index says it (order_attributes): orders without any are not in it.
        return rows.filter(~Q(attributes={}), fits)

    def with_sku(self, rows: "QuerySet[Order]", _name: str, code: str) -> "QuerySet[Order]":
        """Keep orders that have a line of the SKU."""
        return rows.filter(Exists(OrderLine.objects.filter(order_id=OuterRef("id"), sku__code=code)))

    def held_by(self, rows: "QuerySet[Order]", _name: str, kind: str) -> "QuerySet[Order]":
        """Keep orders with an open hold of the kind."""
        return rows.filter(Exists(Hold.objects.filter(order_id=OuterRef("id"), kind=kind, released_at__isnull=True)))


class WorkFilter(django_filters.FilterSet):
    """Narrows fulfillment orders."""

    node = django_filters.CharFilter(field_name="node__code", label="Code of the node")
    status = django_filters.ChoiceFilter(choices=FulfillmentOrder.Status.choices, label="Where it stands")
    order = django_filters.CharFilter(field_name="order__ref", label="Reference of the order")
    channel = django_filters.CharFilter(field_name="order__channel__code", label="Code of the channel")
    external_ref = django_filters.CharFilter(field_name="order__external_ref", label="The channel's own reference")
    method = django_filters.ChoiceFilter(choices=FulfillmentGroup.Method.choices, label="How it gets to the customer")
    ship_by_until = django_filters.IsoDateTimeFilter(
        field_name="ship_by", lookup_expr="lt", label="Due before; what has no due time is left out"
    )

    class Meta:
        model = FulfillmentOrder
        fields: list[str] = []
