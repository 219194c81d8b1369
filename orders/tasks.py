"""Celery shells of orders."""

from celery import shared_task
from django.utils import timezone

import inventory.services
from dom.kernel import jobs
from dom.kernel.transactions import unit_of_work
from orders.selectors.resting import resting
from orders.services import (
    bulk,
    cancelling,
    concerns,
    escalating,
    fulfillment,
    known_skus,
    lost_supply,
    queue,
    releasing,
    routing_flow,
    short_stock,
    sweeping,
    waking,
)


@shared_task(ignore_result=True, acks_late=True, name=queue.ROUTE_ORDERS)
def route_orders(**_ids: object) -> None:
    """Route until nothing is due."""
    jobs.answer(queue.ROUTE_ORDERS)
    while routing_flow.route_next(at=timezone.now()) is not None:
        pass


@shared_task(ignore_result=True, acks_late=True, name=waking.WAKE_BACKORDERS)
def wake_backorders(**_ids: object) -> None:
    """Wake what stock may serve; let late supply go; claim incoming supply for the rest."""
    jobs.answer(waking.WAKE_BACKORDERS)
    supply = (lost_supply.free_late, lost_supply.try_again, waking.give_back_incoming, waking.claim_incoming)
    for step in (waking.wake, *supply):
        with unit_of_work():
            step(at=timezone.now())


@shared_task(ignore_result=True, acks_late=True, name=inventory.services.SOURCE_SHORT)
def source_short_stock(**_ids: object) -> None:
    """Send what short levels owe elsewhere, some levels at a time, until nothing gives way any more."""
    jobs.answer(inventory.services.SOURCE_SHORT)
    given = 1
    while given:
        with unit_of_work():
            given = short_stock.give_way(at=timezone.now())


@shared_task(ignore_result=True, acks_late=True, name=sweeping.SWEEP)
def sweep(**_ids: object) -> None:
    """Find what no message told: due work, lapsed carts, waiting that has ended, known SKUs, overdue holds."""
    jobs.answer(sweeping.SWEEP)
    steps = (sweeping.rescore, sweeping.ring_for_due_work, inventory.services.expire, cancelling.auto_cancel)
    for step in (*steps, known_skus.know_skus, escalating.escalate_holds, releasing.release_due):
        with unit_of_work():
            step(at=timezone.now())


@shared_task(ignore_result=True, acks_late=True, name=releasing.TAKE_BACK)
def take_back(**_ids: object) -> None:
    """Route elsewhere what nodes will not begin: they are closed, or nobody answers."""
    jobs.answer(releasing.TAKE_BACK)
    for one in resting(at=timezone.now()):
        with unit_of_work():
            fulfillment.take_back(ref=one.ref, why=one.why, at=timezone.now(), actor="sweep")


@shared_task(ignore_result=True, acks_late=True, name=concerns.RAISE_CONCERNS)
def raise_concerns(**_ids: object) -> None:
    """Raise what wants a person, and end what does not any more."""
    jobs.answer(concerns.RAISE_CONCERNS)
    with unit_of_work():
        concerns.raise_concerns(at=timezone.now())


@shared_task(ignore_result=True, acks_late=True, name=bulk.RUN_BULK)
def run_bulk(**_ids: object) -> None:
    """Do what was asked for many orders, some rows at a time, until nothing is left."""
    jobs.answer(bulk.RUN_BULK)
    while bulk.step(at=timezone.now()):
        pass
