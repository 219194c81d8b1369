"""Answers how far behind the product is, as figures for Prometheus; each scrape asks the database a few statements."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from django.db import DatabaseError
from django.utils import timezone
from prometheus_client import CollectorRegistry
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from dom.kernel import partitions, selectors
from dom.kernel.webhooks import selectors as webhooks
from orders.selectors.day import CAP, day, work_by_node

REGISTRY = CollectorRegistry()


class Backlog(Collector):
    """What waits, and since when."""

    def collect(self) -> Iterable[Metric]:
        """Return the figures; a database that is away is itself a figure, not a failed scrape."""
        try:
            figures = [*_events(), *_webhooks(timezone.now()), *_orders(timezone.now())]
        except DatabaseError:
            figures = []
        return [_gauge("dom_database_up", "1 while the database answers", 1 if figures else 0), *figures]


def _events() -> Iterator[Metric]:
    lag = selectors.event_lag()
    yield _gauge("dom_events_unplaced", "Committed events without a position, at most 10,000", lag.unplaced)
    yield _gauge("dom_event_lag_seconds", "Age of the oldest event without a position", lag.seconds)
    yield _gauge("dom_partition_strays", "Tables whose default partition holds rows", len(partitions.strays()))


def _webhooks(at: datetime) -> Iterator[Metric]:
    lag = webhooks.lag(at=at)
    yield _gauge("dom_webhooks_due", "Messages that should have been sent by now, at most 10,000 an endpoint", lag.due)
    yield _gauge("dom_webhooks_behind", "Positions of the feed that the slowest active endpoint is behind", lag.behind)
    yield _gauge("dom_webhooks_paused", "Endpoints that are paused because nothing got through", lag.paused)


def _orders(at: datetime) -> Iterator[Metric]:
    today, work = day(at=at), list(work_by_node(at=at).values())
    backlog = today.backlog
    waited = (at - backlog.oldest_at).total_seconds() if backlog.oldest_at else 0.0
    by_status = sum((Counter(node.by_status) for node in work), Counter[str]())
    yield _gauge("dom_routing_backlog", f"Orders that wait for routing, at most {CAP}", backlog.waiting)
    yield _gauge("dom_routing_oldest_seconds", "How long the oldest of them has waited", waited)
    yield _gauge("dom_routing_stumbled", "Of them, those that failed at least once", backlog.stumbled)
    yield _gauge("dom_orders_held", f"Orders with an open hold, at most {CAP}", today.holds)
    yield _gauge("dom_promises_at_risk", "Unrouted orders promised for the next day", today.promises_at_risk)
    due = sum(node.due for node in work)
    yield _gauge("dom_work_late", "Open fulfillment orders that should ship within two hours or are overdue", due)
    yield _by_status("dom_orders", f"Open orders and those of the last day, at most {CAP} each", today.orders)
    yield _by_status("dom_work", "Open fulfillment orders", by_status)


def _gauge(name: str, words: str, value: float) -> Metric:
    return GaugeMetricFamily(name, words, value=value)


def _by_status(name: str, words: str, counts: Mapping[str, int]) -> Metric:
    family = GaugeMetricFamily(name, words, labels=["status"])
    for status, count in sorted(counts.items()):
        family.add_metric([status], count)
    return family


REGISTRY.register(Backlog())
