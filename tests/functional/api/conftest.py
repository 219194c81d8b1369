"""A partner's HTTP client: keys, idempotency keys and JSON, nothing else."""

import itertools
import json
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

import dom.urls  # noqa: F401  # the first request would load it while the test's own transaction idles
from dom.kernel.rest.keys import issue_key
from dom.kernel.rest.scopes import ALL_SCOPES
from dom.kernel.transactions import unit_of_work

_numbers = itertools.count()


class Partner:
    """Speaks to /api/v1 with one key; every POST gets a fresh idempotency key unless the test gives one."""

    def __init__(self, key: str) -> None:
        self.key = key
        self.http = Client(raise_request_exception=False)

    def send(self, method: str, address: str, body: Any = None, **headers: str) -> Any:
        sent = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        named = {"Authorization": f"Bearer {self.key}", **{n.replace("_", "-"): v for n, v in headers.items()}}
        if method == "POST":
            named.setdefault("Idempotency-Key", f"test-{next(_numbers)}")
        kind = named.pop("Content-Type", "application/json")
        named = {name: value for name, value in named.items() if value}
        return self.http.generic(method, f"/api/v1{address}", sent, content_type=kind, headers=named)

    def get(self, address: str, **headers: str) -> Any:
        return self.send("GET", address, **headers)

    def put(self, address: str, body: Any, **headers: str) -> Any:
        return self.send("PUT", address, body, **headers)

    def post(self, address: str, body: Any = None, **headers: str) -> Any:
        return self.send("POST", address, body, **headers)

    def delete(self, address: str, **headers: str) -> Any:
        return self.send("DELETE", address, **headers)


def partner_with(
    *scopes: str, name: str = "partner", nodes: tuple[str, ...] = (), channels: tuple[str, ...] = ()
) -> Partner:
    with unit_of_work():
        return Partner(
            issue_key(
                name=name, scopes=scopes or ALL_SCOPES, node_codes=nodes, channel_codes=channels, at=timezone.now()
            )
        )


@pytest.fixture
def partner(db: None) -> Partner:
    """A partner whose key may do everything."""
    return partner_with()
