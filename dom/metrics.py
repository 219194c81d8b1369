"""Answers how far behind the product is, as figures for Prometheus; each scrape asks the database once."""

from collections.abc import Iterable

from django.db import DatabaseError
from prometheus_client import CollectorRegistry
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from dom.kernel import selectors

REGISTRY = CollectorRegistry()


class Backlog(Collector):
    """What waits, and since when."""

    def collect(self) -> Iterable[Metric]:
        """Yield the figures; a database that is away is itself a figure, not a failed scrape."""
        try:
            lag = selectors.event_lag()
        except DatabaseError:
            yield GaugeMetricFamily("dom_database_up", "1 while the database answers", value=0)
            return
        yield GaugeMetricFamily("dom_database_up", "1 while the database answers", value=1)
        yield GaugeMetricFamily("dom_events_unplaced", "Committed events without a position", value=lag.unplaced)
        yield GaugeMetricFamily(
            "dom_event_lag_seconds", "Age of the oldest event without a position", value=lag.seconds
        )


REGISTRY.register(Backlog())
