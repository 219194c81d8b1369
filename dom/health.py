"""Answers whether this process lives, whether it can work, and how far behind the product is."""

import hmac
from collections.abc import Callable
from functools import cache

from django.conf import settings
from django.core.cache import cache as broker
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from redis import RedisError

from dom import warming
from dom.kernel import heartbeat
from dom.metrics import REGISTRY


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Say that this process answers; touches no server."""
    del request
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """Say whether database, migrations and broker are there; 503 names what is not.

    What is told of the engine takes nobody out of service: a cold web process answers all but decisions at once, and
    orders wait in the queue of record while routing workers compile.
    """
    del request
    parts = {name: check() for name, check in _CHECKS.items()}
    good = all(answer == "ok" for answer in parts.values())
    engine = {"this_process": "warm" if warming.is_warm() else "cold", "routing_workers": _routing_workers()}
    told = {"status": "ok" if good else "unavailable", "parts": parts, "engine": engine}
    return JsonResponse(told, status=200 if good else 503)


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Show the figures in Prometheus' text format, to whoever holds METRICS_TOKEN (in a demo: to everybody)."""
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    token = settings.METRICS_TOKEN
    if not (hmac.compare_digest(given.encode(), token.encode()) if token else settings.DEMO):
        return HttpResponse("A token is needed.\n", status=401, content_type="text/plain")
    return HttpResponse(generate_latest(REGISTRY), content_type=CONTENT_TYPE_LATEST)


def _database() -> str:
    try:
        connection.ensure_connection()
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        return "ok"
    except DatabaseError:
        return "no answer"


def _migrations() -> str:
    try:
        return "ok" if _migrated() else "some are not applied"
    except DatabaseError:
        return "unknown"


class _NotMigratedError(Exception):
    """Keeps a "no" out of the cache."""


@cache
def _all_applied() -> None:
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise _NotMigratedError


def _migrated() -> bool:
    """Say whether every migration is applied; a yes stays a yes while this process lives, so it is asked for once."""
    try:
        _all_applied()
    except _NotMigratedError:
        return False
    return True


def _broker() -> str:
    try:
        broker.get("readyz")
        return "ok"
    except RedisError:
        return "no answer"


def _routing_workers() -> str:
    """Say when routing workers last answered; they answer nothing before their engine is warm."""
    try:
        seen = heartbeat.last("routing")
    except RedisError:
        return "unknown"
    return f"warm, seen at {seen.isoformat(timespec='seconds')}" if seen else "not seen yet: starting, or none runs"


_CHECKS: dict[str, Callable[[], str]] = {"database": _database, "migrations": _migrations, "broker": _broker}
