"""Sends what is due at one endpoint: claim, hand over, write down. Two short transactions, nothing open in between.

One sender works for an endpoint at a time; the lease on the endpoint's row says so. A sender that is killed after a
receiver took a message and before that was written down leaves the message waiting: the next sender repeats it under
the same `webhook-id` once the lease has run out. Twice is possible, never is not.
"""

import random
import secrets
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection

from dom.kernel import arrays
from dom.kernel.locks import lock_webhook_lane, lock_webhook_lease
from dom.kernel.models import WebhookAttempt, WebhookDelivery, WebhookEndpoint
from dom.kernel.transactions import in_unit_of_work, unit_of_work
from dom.kernel.webhooks import clients, messages, schedule, signing
from dom.kernel.webhooks.clients import Outcome
from dom.kernel.webhooks.pausing import pause

#: Messages of one round, written down together.
ROUND = 64
#: Longer than a round can take (clients.BEGIN_SECONDS + PATIENCE_SECONDS and a slow name server).
LEASE = timedelta(seconds=60)
#: After so many rounds in which nothing got through a single message tries whether the receiver is back.
_PROBING = 3
_UNSIGNED = "The signing secret cannot be opened: SECRET_KEY has changed. Rotate the secret."

Delivery = WebhookDelivery
Endpoint = WebhookEndpoint


@dataclass(slots=True)
class _Round:
    """The deliveries that one sender has claimed, in order."""

    endpoint: Endpoint
    token: str
    deliveries: list[Delivery]
    bodies: Mapping[int, bytes]
    outcomes: dict[int, Outcome] = field(default_factory=dict)

    def tried(self) -> list[tuple[Delivery, Outcome]]:
        """Return each delivery that was begun, with what became of it."""
        return [(one, self.outcomes[one.id]) for one in self.deliveries if one.id in self.outcomes]


def send_round(*, endpoint_id: int, at: datetime) -> int:
    """Send up to ROUND due messages of one endpoint and write down what came of them; return how many were tried.

    0 where nothing is due, the endpoint may not be spoken to, or another sender works for it.
    """
    with unit_of_work():
        claimed = _claim(endpoint_id, at)
    if claimed is None:
        return 0
    begun = time.monotonic()
    claimed.outcomes = _hand_over(claimed, at)
    with unit_of_work():
        _write_down(claimed, at=at + timedelta(seconds=time.monotonic() - begun))
    return len(claimed.outcomes)


@in_unit_of_work
def _claim(endpoint_id: int, at: datetime) -> _Round | None:
    endpoint = lock_webhook_lane(endpoint_id, at=at)
    if endpoint is None:
        return None
    due = Delivery.objects.filter(endpoint=endpoint, status=Delivery.Status.PENDING, next_attempt_at__lte=at)
    if endpoint.status == Endpoint.Status.PAUSED:
        due = due.filter(position__isnull=True)
    most = 1 if endpoint.failures >= _PROBING else ROUND
    deliveries = list(due.order_by("next_attempt_at", "id")[:most])
    if not deliveries:
        return None
    token = secrets.token_hex(16)
    Endpoint.objects.filter(id=endpoint.id).update(lease_until=at + LEASE, lease_token=token)
    return _Round(endpoint, token, deliveries, messages.bodies(deliveries, endpoint=endpoint))


def _hand_over(claimed: _Round, at: datetime) -> dict[int, Outcome]:
    """Sign and send; a message whose event is no longer kept, or that cannot be signed, has failed."""
    under = signing.secrets_of(claimed.endpoint, at=at)
    if not under:
        return {one.id: Outcome(None, 0, _UNSIGNED) for one in claimed.deliveries}
    signed = [
        clients.Message(one.id, body, signing.headers(one.message_id, body, under=under, at=at))
        for one in claimed.deliveries
        if (body := claimed.bodies.get(one.id)) is not None
    ]
    lost = {one.id: Outcome(None, 0, messages.NOT_KEPT) for one in claimed.deliveries if one.id not in claimed.bodies}
    return lost | clients.send(claimed.endpoint.url, signed, private=settings.WEBHOOK_PRIVATE_ADDRESSES, at=at)


@in_unit_of_work
def _write_down(claimed: _Round, *, at: datetime) -> None:
    """Keep every attempt, move the deliveries on, and say what the round means for the endpoint.

    Locks the endpoint first, then writes deliveries, as every service of endpoints does.
    """
    endpoint = lock_webhook_lease(claimed.endpoint.id)
    tried = claimed.tried()
    WebhookAttempt.objects.bulk_create(
        WebhookAttempt(
            delivery=one, at=at, duration_ms=o.duration_ms, status=o.status, error=o.error[:200], answer=o.answer
        )
        for one, o in tried
    )
    for one, outcome in tried:
        _move_on(one, outcome, at)
    _save([one for one, _ in tried])
    if endpoint.lease_token == claimed.token:
        endpoint.lease_until, endpoint.lease_token = None, ""
    _judge(endpoint, tried, at)
    endpoint.save(update_fields=_JUDGED)


_JUDGED = [
    "lease_until", "lease_token", "failures", "quiet_until", "delivered_at", "status", "paused_because", "paused_at",
    "revision",
]  # fmt: skip


_SAVE = """
UPDATE kernel_webhook_delivery d
SET status = t.status, attempts = t.attempts, first_attempt_at = t.first_attempt_at,
    next_attempt_at = t.next_attempt_at, answer_status = t.answer_status, ended_at = t.ended_at
FROM unnest(%s::bigint[], %s::text[], %s::int[], %s::timestamptz[], %s::timestamptz[], %s::smallint[],
            %s::timestamptz[])
     AS t(id, status, attempts, first_attempt_at, next_attempt_at, answer_status, ended_at)
WHERE d.id = t.id
"""


def _save(deliveries: Sequence[Delivery]) -> None:
    rows = [
        (one.id, str(one.status), one.attempts, one.first_attempt_at, one.next_attempt_at, one.answer_status,
         one.ended_at)
        for one in deliveries
    ]  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_SAVE, arrays.literals(rows, width=7))


def _move_on(one: Delivery, outcome: Outcome, at: datetime) -> None:
    one.attempts += 1
    one.first_attempt_at = one.first_attempt_at or at
    one.answer_status = outcome.status
    if outcome.taken:
        one.status, one.next_attempt_at, one.ended_at = Delivery.Status.DELIVERED, None, at
        return
    final = outcome.gone or one.position is None or outcome.error == messages.NOT_KEPT
    one.next_attempt_at = None if final else _again(one, one.first_attempt_at, outcome, at)
    if one.next_attempt_at is None:
        one.status, one.ended_at = Delivery.Status.FAILED, at


def _again(one: Delivery, first_at: datetime, outcome: Outcome, at: datetime) -> datetime | None:
    chance = random.random()  # noqa: S311  # spreads load, protects nothing
    return schedule.next_attempt(attempts=one.attempts, first_at=first_at, at=at, wish=outcome.wish, chance=chance)


@in_unit_of_work
def _judge(endpoint: Endpoint, tried: Sequence[tuple[Delivery, Outcome]], at: datetime) -> None:
    """Change `endpoint` by what a round says about its receiver. Test pings say nothing."""
    real = [(one, outcome) for one, outcome in tried if one.position is not None and outcome.error != messages.NOT_KEPT]
    if not real:
        return
    wish = max((outcome.wish for _, outcome in real if outcome.wish is not None), default=None)
    if any(outcome.taken for _, outcome in real):
        _is_back(endpoint, at)
        endpoint.quiet_until = at + min(wish, schedule.LONGEST_WISH) if wish else None
    else:
        endpoint.failures += 1
        endpoint.quiet_until = at + schedule.quiet_time(endpoint.failures, wish=wish)
    if any(outcome.gone for _, outcome in real):
        pause(endpoint, because=Endpoint.Pause.GONE, at=at)
    elif _nothing_for_days(endpoint, real):
        pause(endpoint, because=Endpoint.Pause.UNREACHABLE, at=at)


def _is_back(endpoint: Endpoint, at: datetime) -> None:
    """Note a success; after an outage what waited for a later try goes out at once."""
    if endpoint.failures >= _PROBING:
        waiting = Delivery.objects.filter(endpoint=endpoint, status=Delivery.Status.PENDING, next_attempt_at__gt=at)
        waiting.update(next_attempt_at=at)
    endpoint.failures, endpoint.delivered_at = 0, at


def _nothing_for_days(endpoint: Endpoint, tried: Sequence[tuple[Delivery, Outcome]]) -> bool:
    """Return whether a message was given up while no other got through: one bad message stops no endpoint."""
    given_up = [one.first_attempt_at for one, _ in tried if one.status == Delivery.Status.FAILED]
    last = endpoint.delivered_at
    return any(begun is not None and (last is None or last < begun) for begun in given_up)
