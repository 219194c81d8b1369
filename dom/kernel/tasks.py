"""Celery shells of the platform."""

import time

import structlog
from celery import shared_task
from django.utils import timezone

from dom.kernel import events, heartbeat, jobs, partitions, proofs, retention
from dom.kernel.rest import feed_jobs, idempotency
from dom.kernel.transactions import unit_of_work
from dom.kernel.webhooks import history, intake, sending

log = structlog.get_logger(__name__)

#: A sender makes room for other endpoints after this time; the next sweep rings for what is left.
_TURN_SECONDS = 20.0


@shared_task(ignore_result=True, acks_late=True, name=events.SEQUENCER)
def sequence_events(**_ids: object) -> None:
    """Give committed events their positions."""
    jobs.answer(events.SEQUENCER)
    events.sequence_events()


@shared_task(ignore_result=True, acks_late=True, name="dom.kernel.tasks.ensure_partitions")
def ensure_partitions(**_ids: object) -> None:
    """Make room for the months to come, table by table."""
    for table in partitions.tables():
        with unit_of_work():
            partitions.ensure(table, today=timezone.now().date())


@shared_task(ignore_result=True, acks_late=True, name="dom.kernel.tasks.retire_history")
def retire_history(**_ids: object) -> None:
    """Drop what is older than the installation keeps it. A month that readers hold is tried again at the next ring."""
    retention.forget_jobs(at=timezone.now())
    for one in retention.retire_months(at=timezone.now()):
        log.info("month_retired", table=one.table, month=one.month.isoformat())


@shared_task(ignore_result=True, acks_late=True, name="dom.kernel.tasks.note_beat")
def note_beat(queue: str = "default", **_ids: object) -> None:
    """Note that beat rings, the broker carries and a worker of `queue` answers."""
    heartbeat.note(at=timezone.now(), queue=queue)


@shared_task(ignore_result=True, acks_late=True, name=feed_jobs.SWEEP)
def run_feed_jobs(**_ids: object) -> None:
    """Apply the rows of feeds that came as jobs."""
    jobs.answer(feed_jobs.SWEEP)
    feed_jobs.run_whole(at=timezone.now())
    feed_jobs.run(at=timezone.now())
    feed_jobs.give_up_abandoned(at=timezone.now())


@shared_task(ignore_result=True, acks_late=True, name="dom.kernel.tasks.forget_idempotency_keys")
def forget_idempotency_keys(**_ids: object) -> None:
    """Forget answers that nobody may ask for any more."""
    idempotency.forget_old(at=timezone.now())


@shared_task(ignore_result=True, acks_late=True, name=events.FOLLOWER)
def dispatch_webhooks(**_ids: object) -> None:
    """Turn events into deliveries and ring a sender for every endpoint with work."""
    jobs.answer(events.FOLLOWER)
    intake.take_in(at=timezone.now())
    intake.ring_lanes(at=timezone.now())


@shared_task(ignore_result=True, acks_late=True, name=intake.LANE)
def send_webhooks_of(endpoint_id: int, **_ids: object) -> None:
    """Send what is due at one endpoint."""
    jobs.answer(intake.LANE, endpoint_id=endpoint_id)
    end = time.monotonic() + _TURN_SECONDS
    while time.monotonic() < end and sending.send_round(endpoint_id=endpoint_id, at=timezone.now()):
        pass


@shared_task(ignore_result=True, acks_late=True, name="dom.kernel.tasks.forget_webhook_history")
def forget_webhook_history(**_ids: object) -> None:
    """Forget deliveries that ended long ago, and endpoints that were removed."""
    history.forget_old(at=timezone.now())


@shared_task(ignore_result=True, acks_late=True, name="dom.kernel.tasks.prove_again")
def prove_again(**_ids: object) -> None:
    """Prove the books once it is time to."""
    proofs.prove_again(at=timezone.now())
