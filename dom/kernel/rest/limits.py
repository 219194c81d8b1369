"""Answers whether a client calls too often: a counter per client and minute in Valkey."""

import functools
from dataclasses import dataclass
from datetime import datetime

import redis
from django.conf import settings

WINDOW_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Allowance:
    """What is left of the present window."""

    limit: int
    remaining: int
    resets_in: int
    allowed: bool

    def headers(self) -> dict[str, str]:
        """Return the rate-limit headers, in the structured form of the IETF draft and in the older one."""
        return {
            "RateLimit-Policy": f'"default";q={self.limit};w={WINDOW_SECONDS}',
            "RateLimit": f'"default";r={self.remaining};t={self.resets_in}',
            "X-RateLimit-Limit": str(self.limit),
            "X-RateLimit-Remaining": str(self.remaining),
            "X-RateLimit-Reset": str(self.resets_in),
        }


@functools.cache
def _counters() -> "redis.Redis":
    return redis.Redis.from_url(settings.CACHE_URL, socket_timeout=0.5, socket_connect_timeout=0.5)


def count_call(client_id: int, *, at: datetime, own_limit: int | None = None) -> Allowance:
    """Count one call and return what is left; when Valkey cannot be asked the call is allowed and not counted.

    `own_limit` is what the client may do a minute; None: what the installation allows everybody.
    """
    limit = own_limit or settings.API_CALLS_PER_MINUTE
    window, into = divmod(int(at.timestamp()), WINDOW_SECONDS)
    key = f"calls:{client_id}:{window}"
    try:
        with _counters().pipeline(transaction=False) as pipe:
            pipe.incr(key)
            pipe.expire(key, 2 * WINDOW_SECONDS)
            used = int(pipe.execute()[0])
    except redis.RedisError:
        used = 0
    return Allowance(limit, max(0, limit - used), WINDOW_SECONDS - into, used <= limit)
