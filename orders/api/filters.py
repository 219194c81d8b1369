"""What the lists of orders can be narrowed by."""

import django_filters

from orders.models import Order


class OrderFilter(django_filters.FilterSet):
    """Narrows orders."""

    status = django_filters.ChoiceFilter(choices=Order.Status.choices, label="Where it stands")
    channel = django_filters.CharFilter(field_name="channel__code", label="Code of the channel")
    external_ref = django_filters.CharFilter(label="The channel's own reference")
    customer = django_filters.CharFilter(field_name="customer__external_ref", label="The channel's customer reference")
    placed_from = django_filters.IsoDateTimeFilter(field_name="placed_at", lookup_expr="gte", label="Not before")
    placed_until = django_filters.IsoDateTimeFilter(field_name="placed_at", lookup_expr="lt", label="Before")

    class Meta:
        model = Order
        fields: list[str] = []
