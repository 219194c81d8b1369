"""Measures what `dom.front` costs a request, against the same server that runs the same application as plain WSGI.

    python -m benchmarks.front [--requests 2000]

One client with one kept connection to each of the two asks them in turns, twenty requests at a time, so that both meet
the machine as it is. The fastest tenth of the requests is compared: other programs were least in its way.
"""

import argparse
import os
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from benchmarks.servers import answering, free_port, product, web

_TURN = 20


def main() -> int:
    """Run the benchmark and print its figures."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--requests", type=int, default=2_000, help="of each kind, to each server")
    asked = parser.parse_args()
    with product() as data:
        from benchmarks import stock_world  # noqa: PLC0415  # Django is set up by now

        stock_world.make(skus=100, nodes=20, units=100)
        with web(data) as front, _plain(data) as plain:
            clients = {
                "front": httpx.Client(base_url=front, timeout=60),
                "WSGI": httpx.Client(base_url=plain, timeout=60),
            }
            headers = {"Authorization": f"Bearer {_key()}"}
            _compare("GET /healthz", clients, lambda client: client.get("/healthz"), asked.requests)
            body = {"channel": "web", "skus": [f"S{n}" for n in range(1, 11)]}
            _compare(
                "POST /availability of 10 SKUs",
                clients,
                lambda client: client.post("/api/v1/availability", json=body, headers=headers),
                asked.requests,
            )
    return 0


def _key() -> str:
    from django.utils import timezone  # noqa: PLC0415  # Django is set up by now

    from dom.kernel.rest.keys import issue_key  # noqa: PLC0415  # as above
    from dom.kernel.transactions import unit_of_work  # noqa: PLC0415  # as above

    with unit_of_work():
        return issue_key(name="front", scopes=["stock:read"], at=timezone.now())


@contextmanager
def _plain(data: Path) -> Iterator[str]:
    from dom.embedded.places import Places  # noqa: PLC0415  # Django is set up by now
    from dom.supervisor import programs  # noqa: PLC0415  # as above

    port = free_port()
    command = [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port),
        "--workers", "2", "--blocking-threads", "4", "--no-ws", "--http", "1", "--log-level", "warning",
        "dom.wsgi:application",
    ]  # fmt: skip
    variables = programs.environment(Places.of(data), "web")
    server = subprocess.Popen(command, cwd=programs.ROOT, env=variables, stderr=subprocess.DEVNULL)
    try:
        yield answering(f"http://127.0.0.1:{port}")
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(15)


def _compare(
    asked: str, clients: dict[str, httpx.Client], ask: Callable[[httpx.Client], httpx.Response], requests: int
) -> None:
    from benchmarks.stock_world import figure  # noqa: PLC0415  # Django is set up by now

    times: dict[str, list[float]] = {name: [] for name in clients}
    for turn in range(-1, requests // _TURN):
        for name, client in clients.items():
            took = [_timed(ask, client) for _ in range(_TURN)]
            # The first turn loads code and plans.
            times[name] += took if turn >= 0 else []
    workload = f"{asked}, {requests} requests of one client with a kept connection, in turns with the other server"
    told = {name: statistics.quantiles(took, n=10) for name, took in times.items()}
    for name, tenths in told.items():
        figure(f"request by {name}, one in ten", tenths[0], "ms", workload)
        figure(f"request by {name}, median", tenths[4], "ms", workload)
    figure("request by front beyond WSGI", told["front"][0] - told["WSGI"][0], "ms", workload)


def _timed(ask: Callable[[httpx.Client], Any], client: httpx.Client) -> float:
    begin = time.perf_counter()
    answer = ask(client)
    took = (time.perf_counter() - begin) * 1000
    if answer.status_code != 200:
        raise RuntimeError(f"{answer.request.url} answered {answer.status_code}: {answer.text[:200]}")
    return took


if __name__ == "__main__":
    os.environ.setdefault("API_CALLS_PER_MINUTE", "1000000")
    sys.exit(main())
