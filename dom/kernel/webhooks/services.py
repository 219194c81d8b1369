"""Makes, changes and removes webhook endpoints; each verb is one unit of work of its caller.

`client_id` None means the back office, which may touch every client's endpoints.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings

from dom.kernel import events, retention
from dom.kernel.ids import new_ref
from dom.kernel.locks import lock_webhook_endpoint
from dom.kernel.models import ApiClient, WebhookDelivery, WebhookEndpoint
from dom.kernel.transactions import in_unit_of_work
from dom.kernel.webhooks import addresses, signing
from dom.kernel.webhooks.errors import TooManyWebhooks, WebhookPositionUnknown
from dom.kernel.webhooks.hearing import require_hearing
from dom.kernel.webhooks.pausing import pause as pause_locked
from dom.kernel.webhooks.pausing import tell

#: A partner with more addresses than this wants one that fans out.
MOST_PER_CLIENT = 50
#: Both secrets sign for so long after a rotation, unless another time is asked for.
OVERLAP = timedelta(hours=24)
_CHANGEABLE = ("url", "description", "kinds", "channels", "nodes")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a new endpoint shall hear; empty filters let everything through.

    `kinds` are event kinds such as "order.shipped", or "order.*" for all of one entity.
    """

    url: str
    description: str = ""
    kinds: Sequence[str] = ()
    channels: Sequence[str] = ()
    nodes: Sequence[str] = ()


@in_unit_of_work
def create_webhook(
    *, wanted: Wanted, client_id: int, at: datetime, actor: str, after: int | None = None
) -> WebhookEndpoint:
    """Return a new active endpoint with a fresh secret that hears events behind position `after`, else from here on.

    Raises:
        WebhookUrlRefused: messages may not be sent there.
        WebhookPositionUnknown: the feed has not come to `after`.
        EventsForgotten: events behind `after` are no longer kept.
        TooManyWebhooks: the client has as many as it may have.
        ScopeMissing, NodeForbidden, ChannelForbidden: it would hear what the client may not read.
    """
    require_hearing(ApiClient.objects.get(id=client_id), nodes=wanted.nodes, channels=wanted.channels)
    addresses.check(wanted.url, private=settings.WEBHOOK_PRIVATE_ADDRESSES)
    held = WebhookEndpoint.objects.filter(client_id=client_id, deleted_at__isnull=True).count()
    if held >= MOST_PER_CLIENT:
        raise TooManyWebhooks(f"A key may have {MOST_PER_CLIENT} endpoints.", limit=MOST_PER_CLIENT)
    return WebhookEndpoint.objects.create(
        ref=new_ref("W"),
        client_id=client_id,
        url=wanted.url,
        description=wanted.description,
        kinds=list(wanted.kinds),
        channels=list(wanted.channels),
        nodes=list(wanted.nodes),
        secret=signing.seal(signing.fresh()),
        position=events.head() if after is None else _known(after),
        created_at=at,
        updated_at=at,
        updated_by=actor,
    )


def _known(position: int) -> int:
    head = events.head()
    if position > head:
        raise WebhookPositionUnknown(f"The feed ends at position {head}.", head=head)
    retention.require_kept(position)
    return position


def _touch(endpoint: WebhookEndpoint, *, at: datetime, actor: str) -> None:
    endpoint.revision += 1
    endpoint.updated_at, endpoint.updated_by = at, actor
    endpoint.save()


@in_unit_of_work
def change_webhook(
    *, ref: str, changes: dict[str, Any], client_id: int | None, at: datetime, actor: str
) -> WebhookEndpoint:
    """Give an endpoint the values of `changes` (url, description, kinds, channels, nodes) and return it.

    Filters count for events that were not looked at yet; what waits as a delivery is sent.

    Raises:
        WebhookNotFound, WebhookUrlRefused: as their names say; nothing was changed.
        ScopeMissing, NodeForbidden, ChannelForbidden: it would hear what the client may not read.
    """
    endpoint = lock_webhook_endpoint(ref, client_id)
    require_hearing(endpoint.client, nodes=changes.get("nodes", ()), channels=changes.get("channels", ()))
    if "url" in changes:
        addresses.check(changes["url"], private=settings.WEBHOOK_PRIVATE_ADDRESSES)
        # What held messages back was the old address.
        endpoint.failures, endpoint.quiet_until = 0, None
    for name in _CHANGEABLE:
        if name in changes:
            setattr(endpoint, name, changes[name])
    _touch(endpoint, at=at, actor=actor)
    return endpoint


@in_unit_of_work
def delete_webhook(*, ref: str, client_id: int | None, at: datetime, actor: str) -> None:
    """Remove an endpoint: nothing is sent from here on; its history is forgotten within hours.

    Raises:
        WebhookNotFound: there is none.
    """
    endpoint = lock_webhook_endpoint(ref, client_id)
    endpoint.deleted_at = at
    _touch(endpoint, at=at, actor=actor)


@in_unit_of_work
def pause_webhook(*, ref: str, client_id: int | None, at: datetime, actor: str) -> WebhookEndpoint:
    """Pause an endpoint and return it; events wait in the feed. Pausing a paused one changes nothing.

    Raises:
        WebhookNotFound: there is none.
    """
    endpoint = lock_webhook_endpoint(ref, client_id)
    if endpoint.status == WebhookEndpoint.Status.ACTIVE:
        pause_locked(endpoint, because=WebhookEndpoint.Pause.BY_HAND, at=at)
        endpoint.updated_at, endpoint.updated_by = at, actor
        endpoint.save()
    return endpoint


@in_unit_of_work
def resume_webhook(
    *, ref: str, client_id: int | None, at: datetime, actor: str, skip_missed: bool = False
) -> WebhookEndpoint:
    """Let an endpoint go on where it stopped and return it; `skip_missed` leaves out what came meanwhile.

    What waits for a later try goes out at once. Resuming an active one only does that.

    Raises:
        WebhookNotFound: there is none.
    """
    endpoint = lock_webhook_endpoint(ref, client_id)
    was_paused = endpoint.status == WebhookEndpoint.Status.PAUSED
    endpoint.status, endpoint.paused_because, endpoint.paused_at = WebhookEndpoint.Status.ACTIVE, "", None
    endpoint.failures, endpoint.quiet_until = 0, None
    waiting = WebhookDelivery.objects.filter(endpoint=endpoint, status=WebhookDelivery.Status.PENDING)
    if skip_missed:
        endpoint.position = events.head()
        waiting.update(status=WebhookDelivery.Status.FAILED, next_attempt_at=None, ended_at=at)
    else:
        waiting.filter(next_attempt_at__gt=at).update(next_attempt_at=at)
    _touch(endpoint, at=at, actor=actor)
    if was_paused:
        tell("webhook.resumed", endpoint, at=at)
    return endpoint


@in_unit_of_work
def rotate_secret(
    *, ref: str, client_id: int | None, at: datetime, actor: str, overlap: timedelta = OVERLAP
) -> WebhookEndpoint:
    """Give an endpoint a fresh secret and return it; the old one signs beside it for `overlap`.

    Raises:
        WebhookNotFound: there is none.
    """
    endpoint = lock_webhook_endpoint(ref, client_id)
    endpoint.previous_secret, endpoint.previous_until = endpoint.secret, at + overlap
    endpoint.secret = signing.seal(signing.fresh())
    _touch(endpoint, at=at, actor=actor)
    return endpoint
