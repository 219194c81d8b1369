"""Answers how many messages wait for workers."""

from collections.abc import Iterable, Mapping

from django.conf import settings
from redis import Redis, RedisError


def depths(names: Iterable[str]) -> Mapping[str, int] | None:
    """Return how many messages wait in each queue; None while the broker is away. One round trip.

    Broker and cache are one server; CACHE_URL is its address in the client's own form.
    Messages only ring: a long queue means that workers are busy or gone, never that work could be lost.
    """
    asked = list(names)
    try:
        with Redis.from_url(settings.CACHE_URL, socket_connect_timeout=1, socket_timeout=1) as broker:
            pipeline = broker.pipeline(transaction=False)
            for name in asked:
                pipeline.llen(name)
            return dict(zip(asked, pipeline.execute(), strict=True))
    except RedisError:
        return None
