"""Writes the bodies of messages: type, timestamp and data, the same bytes at every attempt."""

import json
from collections.abc import Iterable
from typing import Any

from dom.kernel.models import Event, WebhookDelivery, WebhookEndpoint
from dom.kernel.webhooks.hearing import may_hear

PING = "webhook.ping"
NOT_KEPT = "The event is no longer kept, or the key may not read it any more."


def bodies(deliveries: Iterable[WebhookDelivery], *, endpoint: WebhookEndpoint) -> dict[int, bytes]:
    """Return the body of each delivery by its id, without those whose event is gone or that the key may not read.

    One statement where the endpoint comes with its client.
    """
    wanted = list(deliveries)
    positions = [one.position for one in wanted if one.position is not None]
    rows = Event.objects.filter(position__in=positions)
    events = {event.position: event for event in rows if may_hear(endpoint.client, event)}
    found = {}
    for one in wanted:
        if one.position is None:
            found[one.id] = _written(PING, one.created_at.isoformat(), {"webhook": endpoint.ref})
        elif one.position in events:
            event = events[one.position]
            found[one.id] = _written(event.kind, event.at.isoformat(), as_data(event))
    return found


def as_data(event: Event) -> dict[str, Any]:
    """Return an event as the feed shows it."""
    return {
        "position": event.position,
        "at": event.at.isoformat(),
        "kind": event.kind,
        "entity": event.entity,
        "entity_ref": event.entity_ref,
        "revision": event.revision,
        "channel": event.channel,
        "node": event.node,
        "data": event.data,
    }


def _written(kind: str, timestamp: str, data: dict[str, Any]) -> bytes:
    return json.dumps({"type": kind, "timestamp": timestamp, "data": data}, separators=(",", ":")).encode()
