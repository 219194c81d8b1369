"""Answers which task goes to which queue, and which sweep is rung when. Names are strings.

A doorbell that finds nothing to do costs one statement.
"""

from typing import NamedTuple, NotRequired, TypedDict

QUEUES = ("default", "events", "feeds", "inventory", "routing", "webhooks")

#: The first pattern that fits the task's name says its queue; the rest goes to `default`.
ROUTES: dict[str, dict[str, str]] = {
    "dom.kernel.tasks.sequence_events": {"queue": "events"},
    "dom.kernel.tasks.run_feed_jobs": {"queue": "feeds"},
    "dom.kernel.tasks.dispatch_webhooks": {"queue": "webhooks"},
    "dom.kernel.tasks.send_webhooks_of": {"queue": "webhooks"},
    "dom.kernel.tasks.prove_again": {"queue": "feeds"},  # it may take minutes: nothing short may wait behind it
    "inventory.tasks.propose_repairs": {"queue": "feeds"},  # it reads every book, as a proof does
    "inventory.tasks.*": {"queue": "inventory"},
    "routing.tasks.*": {"queue": "routing"},
    "orders.tasks.run_bulk": {"queue": "default"},
    "orders.tasks.*": {"queue": "routing"},
}


class Linger(NamedTuple):
    """How many seconds a worker lets a message lie: after a pause, and while one follows the other.

    What is committed meanwhile needs no message of its own.
    """

    first: float
    then: float


#: An event after a pause is placed at once; a hundred orders a second ring five times in four seconds.
LINGER: dict[str, Linger] = {"dom.kernel.tasks.sequence_events": Linger(0.1, 0.8)}


class Options(TypedDict):
    """When a ring that nobody answered is dropped; the queue where it is not the task's own (ROUTES)."""

    expires: float
    queue: NotRequired[str]


class Bell(TypedDict):
    """One regular ring: the task, the seconds between two rings, and what goes with it."""

    task: str
    schedule: float
    options: Options
    kwargs: NotRequired[dict[str, str]]


def _every(seconds: float, task: str) -> Bell:
    # A ring that waits longer than its interval has a successor: without an end they would pile up while workers are
    # down, and the returning worker would sweep hundreds of times for nothing.
    return Bell(task=task, schedule=seconds, options={"expires": max(2 * seconds, 5.0)})


def _beat(queue: str) -> Bell:
    """Ring through `queue` and back: a queue whose workers are gone stays silent."""
    bell = _every(10, "dom.kernel.tasks.note_beat")
    return {**bell, "kwargs": {"queue": queue}, "options": {**bell["options"], "queue": queue}}


_BELLS = (
    _every(1, "dom.kernel.tasks.sequence_events"),
    _every(1, "orders.tasks.route_orders"),
    _every(3600, "dom.kernel.tasks.ensure_partitions"),
    _every(3600, "dom.kernel.tasks.retire_history"),
    _every(5, "dom.kernel.tasks.run_feed_jobs"),
    _every(2, "inventory.tasks.expire_reservations"),
    _every(60, "inventory.tasks.resume_feeds"),
    _every(5, "inventory.tasks.end_pauses"),
    _every(30, "inventory.tasks.mark_low_stock"),
    _every(3600, "dom.kernel.tasks.forget_idempotency_keys"),
    _every(2, "dom.kernel.tasks.dispatch_webhooks"),
    _every(3600, "dom.kernel.tasks.forget_webhook_history"),
    _every(60, "dom.kernel.tasks.prove_again"),
    _every(300, "inventory.tasks.propose_after_proof"),
    _every(3600, "stores.tasks.forget_log_ins"),
    _every(5, "orders.tasks.sweep"),
    _every(30, "orders.tasks.raise_concerns"),
    _every(5, "orders.tasks.run_bulk"),
    _every(30, "orders.tasks.wake_backorders"),
    _every(15, "orders.tasks.take_back"),
    _every(30, "orders.tasks.source_short_stock"),
)

SCHEDULE: dict[str, Bell] = {bell["task"]: bell for bell in _BELLS} | {
    f"beat of {name}": _beat(name) for name in QUEUES
}
