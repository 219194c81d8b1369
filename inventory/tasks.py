"""Celery shells of inventory."""

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from dom.kernel import jobs, proofs
from dom.kernel.profiles import FEED, REPORT
from dom.kernel.transactions import unit_of_work
from inventory import services
from inventory.services import feeds, low_stock, nodes, repairs

_BATCH = 2_000
_STALE = timedelta(minutes=2)


@shared_task(ignore_result=True, acks_late=True, name="inventory.tasks.expire_reservations")
def expire_reservations(**_ids: object) -> None:
    """End the soft claims whose time is over, in batches."""
    ended = _BATCH
    while ended:
        with unit_of_work():
            ended = services.expire(at=timezone.now(), limit=_BATCH)


@shared_task(ignore_result=True, acks_late=True, name="inventory.tasks.end_pauses")
def end_pauses(**_ids: object) -> None:
    """Resume the nodes whose pause is over."""
    with unit_of_work():
        nodes.end_pauses(at=timezone.now())


@shared_task(ignore_result=True, acks_late=True, name="inventory.tasks.mark_low_stock")
def mark_low_stock(**_ids: object) -> None:
    """Bring the thresholds of low stock to what the rules say, some levels at a time."""
    jobs.answer(low_stock.MARK)
    more = True
    while more:
        with unit_of_work(FEED):
            more = low_stock.mark_some(at=timezone.now())


@shared_task(ignore_result=True, acks_late=True, name="inventory.tasks.propose_repairs")
def propose_repairs(**_ids: object) -> None:
    """Compare the books of stock, and propose an entry for each difference."""
    jobs.answer(repairs.PROPOSE)
    with unit_of_work(REPORT):
        repairs.propose(at=timezone.now())


@shared_task(ignore_result=True, acks_late=True, name="inventory.tasks.propose_after_proof")
def propose_after_proof(**_ids: object) -> None:
    """Have differences looked for where the last proof found some."""
    proof = proofs.last()
    if proof is not None and proof.differences:
        with unit_of_work():
            jobs.ring(repairs.PROPOSE)


@shared_task(ignore_result=True, acks_late=True, name="inventory.tasks.apply_feed")
def apply_feed(feed_ref: str, **_ids: object) -> None:
    """Bring one stock feed to its end."""
    feeds.run(ref=feed_ref, at=timezone.now())


@shared_task(ignore_result=True, acks_late=True, name="inventory.tasks.resume_feeds")
def resume_feeds(**_ids: object) -> None:
    """Go on with feeds whose worker is gone."""
    for ref in feeds.unfinished(received_before=timezone.now() - _STALE):
        feeds.run(ref=ref, at=timezone.now())
