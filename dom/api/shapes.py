"""Shapes of what the platform itself answers: events, jobs."""

from typing import Any

import django_filters
from rest_framework import serializers

from dom.kernel.models import Job
from dom.kernel.rest.fields import Code, Whole


class EventShape(serializers.Serializer[Any]):
    """One thing that happened; `position` is dense, `revision` is the entity's after it."""

    position = serializers.IntegerField()
    at = serializers.DateTimeField()
    kind = serializers.CharField()
    entity = serializers.CharField()
    entity_ref = serializers.CharField()
    revision = serializers.IntegerField()
    channel = serializers.CharField(allow_blank=True)
    node = serializers.CharField(allow_blank=True)
    data = serializers.DictField()  # type: ignore[assignment]  # DRF moves fields off the class


class EventQuery(serializers.Serializer[Any]):
    """Which events."""

    after = serializers.IntegerField(min_value=0, max_value=2**62, default=0, help_text="Position read last")
    limit = serializers.IntegerField(min_value=1, max_value=1000, default=100)
    kind = serializers.CharField(required=False, max_length=64, help_text="For example order.placed")
    entity_ref = serializers.CharField(required=False, max_length=64)
    channel = Code(required=False)
    node = Code(required=False)


class EventPageShape(serializers.Serializer[Any]):
    """Events in the order of their positions.

    `last` is what to send as `after` next time; `next` is the same while more is waiting, and null at the end.
    """

    items = EventShape(many=True)
    next = serializers.CharField(allow_null=True)
    last = serializers.IntegerField()


class JobShape(serializers.ModelSerializer[Job]):
    """Long work and how far it is; `errors` holds the first 1,000 wrong places, `/jobs/{ref}/errors` all of them."""

    rows_total = Whole()
    errors = serializers.ListField(child=serializers.DictField())  # type: ignore[assignment]  # as above
    result = serializers.DictField()

    class Meta:
        model = Job
        fields = [
            "ref", "kind", "status", "rows_total", "rows_done", "rows_failed", "errors", "result", "created_at",
            "finished_at",
        ]  # fmt: skip


class JobInListShape(serializers.ModelSerializer[Job]):
    """Long work and how far it is; read the job itself for its refused rows."""

    class Meta:
        model = Job
        fields = ["ref", "kind", "status", "rows_total", "rows_done", "rows_failed", "created_at", "finished_at"]
        read_only_fields = fields


class JobFilter(django_filters.FilterSet):
    """Which jobs."""

    status = django_filters.ChoiceFilter(choices=Job.Status.choices, label="State")
    kind = django_filters.CharFilter(label="Kind of rows, such as stock", max_length=64)

    class Meta:
        model = Job
        fields = ["status", "kind"]
