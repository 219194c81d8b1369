"""Shapes of webhook endpoints and what was delivered to them."""

import re
from collections.abc import Mapping
from typing import Any

import django_filters
from rest_framework import serializers

from dom.kernel.models import WebhookAttempt, WebhookDelivery, WebhookEndpoint
from dom.kernel.rest.fields import Code, Text, Whole
from dom.kernel.webhooks.addresses import LONGEST

_KIND = re.compile(r"[a-z_]{1,30}\.(?:\*|[a-z_]{1,30})")
_MOST_FILTERS = 100


class KindField(Text):
    """An event kind such as order.shipped, or order.* for all of one entity."""

    default_error_messages = {"kind": "An event kind such as order.shipped, or order.* for all of an entity."}

    def to_internal_value(self, data: Any) -> str:
        """Return the kind.

        Raises:
            serializers.ValidationError: it has not the form of one.
        """
        kind = super().to_internal_value(data)
        if not _KIND.fullmatch(kind):
            self.fail("kind")
        return kind


def _codes(told: str) -> serializers.ListField:
    return serializers.ListField(child=Code(), max_length=_MOST_FILTERS, required=False, help_text=told)


class _FilterShape(serializers.Serializer[Any]):
    """What an endpoint hears."""

    description = Text(max_length=200, allow_blank=True, required=False)
    kinds = serializers.ListField(
        child=KindField(max_length=64), max_length=_MOST_FILTERS, required=False, help_text="Empty: every kind"
    )
    channels = _codes("Only events of these channels. Empty: every event")
    nodes = _codes("Only events of these nodes; a key with node limits hears its own at most. Empty: every event")


class WebhookAskShape(_FilterShape):
    """A new endpoint."""

    url = Text(max_length=LONGEST, help_text="https://, reachable from the public internet")
    after = Whole(
        min_value=0, max_value=2**62, required=False, help_text="Begin behind this position of the feed; else from now"
    )


class WebhookChangeShape(_FilterShape):
    """New values; what is not named stays."""

    url = Text(max_length=LONGEST, required=False)


class WebhookReplaceShape(_FilterShape):
    """The whole endpoint; filters that are not named let everything through."""

    url = Text(max_length=LONGEST)


class ResumeShape(serializers.Serializer[Any]):
    """How to go on."""

    skip_missed = serializers.BooleanField(default=False, help_text="Leave out what came while it was paused")


class RotateShape(serializers.Serializer[Any]):
    """How long the old secret signs beside the new one."""

    overlap_hours = Whole(min_value=0, max_value=168, default=24)


class ReplayShape(serializers.Serializer[Any]):
    """What to send again: one message, every failed one, or all from a position of the feed on; name exactly one."""

    message_id = Text(max_length=64, required=False, help_text="webhook-id of one message")
    failed = serializers.BooleanField(required=False, help_text="true: every message that was given up")
    after = Whole(min_value=0, max_value=2**62, required=False, help_text="Everything behind this position")

    def validate(self, attrs: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the one thing that was asked for.

        Raises:
            serializers.ValidationError: none or several were.
        """
        if len(attrs) != 1 or attrs.get("failed") is False:
            raise serializers.ValidationError("Name exactly one of message_id, failed (true) and after.", code="one_of")
        return attrs


class ReplayedShape(serializers.Serializer[Any]):
    """How many messages wait again; with `after`, how many positions the endpoint goes back."""

    queued = serializers.IntegerField()


class SecretShape(serializers.Serializer[Any]):
    """The secret that signs; while `previous_until` lies ahead, the one before it signs too."""

    secret = serializers.CharField()
    previous_until = serializers.DateTimeField(allow_null=True)


class _Reason(serializers.ChoiceField):
    """Why an endpoint is paused; null while it is active."""

    def to_representation(self, value: Any) -> Any:
        """Return the reason, or nothing."""
        return value or None


class WebhookShape(serializers.ModelSerializer[WebhookEndpoint]):
    """One endpoint. `position` is the last event that was looked at for it."""

    paused_because = _Reason(choices=WebhookEndpoint.Pause.choices, allow_null=True, read_only=True)

    class Meta:
        model = WebhookEndpoint
        fields = [
            "ref", "url", "description", "kinds", "channels", "nodes", "status", "paused_because", "paused_at",
            "position", "failures", "quiet_until", "delivered_at", "previous_until", "revision", "created_at",
            "updated_at",
        ]  # fmt: skip
        read_only_fields = fields


class DeliveryShape(serializers.ModelSerializer[WebhookDelivery]):
    """One message: `message_id` is its `webhook-id`, `position` its place in the feed (null for a ping)."""

    class Meta:
        model = WebhookDelivery
        fields = [
            "message_id", "position", "kind", "entity_ref", "status", "attempts", "next_attempt_at", "answer_status",
            "created_at", "ended_at",
        ]  # fmt: skip
        read_only_fields = fields


class AttemptShape(serializers.ModelSerializer[WebhookAttempt]):
    """One try; `answer` is the first kilobyte of what the receiver said."""

    class Meta:
        model = WebhookAttempt
        fields = ["at", "duration_ms", "status", "error", "answer"]
        read_only_fields = fields


class DeliveryWithTriesShape(DeliveryShape):
    """One message with its last attempts, the newest first."""

    tries = AttemptShape(many=True)

    class Meta(DeliveryShape.Meta):
        fields = [*DeliveryShape.Meta.fields, "tries"]
        read_only_fields = fields


class DeliveryFilter(django_filters.FilterSet):
    """Which deliveries."""

    status = django_filters.ChoiceFilter(choices=WebhookDelivery.Status.choices, label="State")
    kind = django_filters.CharFilter(label="Event kind", max_length=64)

    class Meta:
        model = WebhookDelivery
        fields = ["status", "kind"]
