"""Kills everything that can be killed, fifty times, while orders come in; nothing may be lost or done twice."""

import json
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Self

import pytest

from tests.functional.running_house import ROOT, RunningHouse, outside, until

pytestmark = [pytest.mark.torture, pytest.mark.timeout(1800)]

KILLS = 50
#: Orders that wait to be routed, those included that lost a race for stock and pause for a second before the next try.
WAITING = "SELECT count(*) FROM orders_routing_task WHERE not_before < now() + interval '10 s'"
#: Who dies how often: workers most, the database and the broker as often as in a very bad week.
VICTIMS = ("routing", "routing", "routing", "sweeps", "web", "beat", "postgres", "valkey-server")


class Partner:
    """Sends orders from a thread of its own and remembers which were accepted. A lost answer is asked for again."""

    def __init__(self, house: RunningHouse, key: str) -> None:
        self.house, self.key = house, key
        self.accepted: dict[str, str] = {}
        self.wrongs: list[str] = []
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_problem: object) -> None:
        self._stop.set()
        self._thread.join()

    def until_accepted(self, orders: int) -> None:
        """Wait until so many orders were accepted."""
        until(lambda: len(self.accepted) >= orders, seconds=120, what=f"{orders} orders accepted")

    def _run(self) -> None:
        number = 0
        while not self._stop.is_set():
            number += 1
            reference = f"T-{number}"
            while (answer := self._place(reference, number)) is None:
                time.sleep(0.2)
            self.accepted[reference] = answer

    def _place(self, reference: str, number: int) -> str | None:
        """Return the order's ref, or None when it has to be asked again with the same key."""
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.house.port}/api/v1/orders",
            data=json.dumps(_body(reference, number)).encode(),
            headers={"Authorization": f"Bearer {self.key}", "Idempotency-Key": reference,
                     "Content-Type": "application/json"},
        )  # fmt: skip
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310  # our own server, over http
                ref: str = json.load(answer)["ref"]
                return ref
        except urllib.error.HTTPError as refusal:
            if refusal.code not in {409, 429, 500, 502, 503}:
                self.wrongs.append(f"{refusal.code}: {refusal.read()[:300]!r}")
                return "refused"
            return None
        except OSError:
            return None


def _body(reference: str, number: int) -> dict[str, object]:
    return {
        "channel": "web", "external_ref": reference, "placed_at": "2026-11-24T12:00:00Z", "currency": "USD",
        "fulfillment": {"method": "SHIP"},
        "ship_to": {"name": "Ada", "line1": "1 Mercer St", "city": "New York", "region": "NY", "postal_code": "10013",
                    "country": "US", "latitude": 40.72, "longitude": -74.0},
        "lines": [{"line_ref": "1", "sku": f"BOOT-{number % 40 + 1:03d}", "quantity": 1, "unit_price": "98.00"},
                  {"line_ref": "2", "sku": f"GIFT-{number % 30 + 1:03d}", "quantity": 2, "unit_price": "9.00"}],
    }  # fmt: skip


@pytest.fixture
def house(engine: None) -> Iterator[RunningHouse]:
    with tempfile.TemporaryDirectory(prefix="dom-torture-") as path, socket.socket() as probe:
        Path(path).chmod(0o755)
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
        probe.close()
        running = RunningHouse.start(Path(path) / "data", port=port)
        try:
            running.until_ready(seconds=180)
            yield running
        finally:
            running.end()


def _manage(house: RunningHouse, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", *arguments], cwd=ROOT, env=outside() | {"DATA": str(house.data)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_fifty_kills_lose_nothing_and_do_nothing_twice(house: RunningHouse) -> None:
    seed = _manage(house, "seed", "demo")
    assert seed.returncode == 0, seed.stderr
    key = _manage(house, "api_key", "torture").stdout.strip()
    chance = random.Random(4)
    with Partner(house, key) as partner:
        # Workers compile the engine once; killed at that again and again they would begin again and again.
        until(lambda: house.ask("SELECT count(*) FROM orders_fulfillment_order") > 0, seconds=600, what="routing")
        for done in range(KILLS):
            # Work goes on after every kill, however slow the machine: the next one waits for another order.
            partner.until_accepted(done + 1)
            time.sleep(chance.uniform(0.3, 1.5))
            victims = house.pids(chance.choice(VICTIMS))
            if victims:
                os.kill(chance.choice(victims[:2]), signal.SIGKILL)
        house.until_ready(seconds=120)

    assert partner.wrongs == []
    assert len(partner.accepted) >= KILLS
    until(lambda: house.ask(WAITING) == 0, seconds=120, what="the backlog is worked off")
    refs = json.dumps(sorted(partner.accepted.values()))
    lost = house.ask(
        f"SELECT count(*) FROM jsonb_array_elements_text('{refs}') r(ref)"
        " WHERE NOT EXISTS (SELECT FROM orders_order o WHERE o.ref = r.ref)"
    )
    twice = house.ask("SELECT count(*) - count(DISTINCT external_ref) FROM orders_order WHERE external_ref LIKE 'T-%'")
    idle = house.ask("SELECT count(*) FROM orders_order WHERE external_ref LIKE 'T-%' AND status IN ('QUEUED', 'HELD')")
    assert (lost, twice, idle) == (0, 0, 0)
    proof = _manage(house, "prove")
    assert proof.returncode == 0, proof.stdout + proof.stderr


def test_a_flushed_broker_costs_seconds_and_no_order(house: RunningHouse) -> None:
    seed = _manage(house, "seed", "demo")
    assert seed.returncode == 0, seed.stderr
    key = _manage(house, "api_key", "torture").stdout.strip()
    flush = "import redis; from django.conf import settings; redis.Redis.from_url(settings.CACHE_URL).flushall()"
    with Partner(house, key) as partner:
        for _ in range(10):
            time.sleep(0.5)
            assert _manage(house, "shell", "-c", flush).returncode == 0

    assert partner.wrongs == []
    until(lambda: house.ask(WAITING) == 0, seconds=60, what="every order is found without its message")
    assert _manage(house, "prove").returncode == 0
