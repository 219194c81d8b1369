"""Measures webhooks: events of the feed handed to one local receiver, signed, each written down with its answer."""

import argparse
import http.server
import json
import sys
import threading
import time
from datetime import UTC, datetime

from benchmarks.servers import product


class _Taker(http.server.BaseHTTPRequestHandler):
    """Takes every message at once."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_words: object) -> None:
        pass


def main() -> int:
    """Run the benchmark and print its figures."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--events", type=int, default=2_000)
    asked = parser.parse_args()
    with product(), http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Taker) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            return _run(asked.events, f"http://127.0.0.1:{server.server_address[1]}/")
        finally:
            server.shutdown()


def _run(count: int, url: str) -> int:
    from dom.kernel.models import WebhookDelivery  # noqa: PLC0415  # Django is set up by now
    from dom.kernel.webhooks import intake, sending  # noqa: PLC0415  # as above

    endpoint_id = _prepare(count, url)
    begin = time.perf_counter()
    intake.take_in(at=datetime.now(UTC))
    taken_in = time.perf_counter() - begin
    begin, worked = time.perf_counter(), time.process_time()
    while sending.send_round(endpoint_id=endpoint_id, at=datetime.now(UTC)):
        pass
    sent = time.perf_counter() - begin
    left = WebhookDelivery.objects.exclude(status="DELIVERED").count()
    workload = f"{count} events, 1 endpoint, 1 sender, 8 connections, receiver in the same process"
    _figure("webhooks taken in", count / taken_in, "events/s", workload)
    _figure("webhooks delivered", count / sent, "messages/s", workload)
    _figure("webhooks work", 1000 * (time.process_time() - worked) / count, "CPU ms/message", workload)
    _figure("webhooks left", left, "messages", workload)
    return int(left > 0)


def _prepare(count: int, url: str) -> int:
    from dom.kernel import events  # noqa: PLC0415  # as above
    from dom.kernel.models import ApiClient  # noqa: PLC0415  # as above
    from dom.kernel.rest.keys import issue_key  # noqa: PLC0415  # as above
    from dom.kernel.transactions import unit_of_work  # noqa: PLC0415  # as above
    from dom.kernel.webhooks import services  # noqa: PLC0415  # as above

    at = datetime.now(UTC)
    with unit_of_work():
        issue_key(name="bench", scopes=["webhooks:write"], at=at)
        owner = ApiClient.objects.get(name="bench")
        made = services.create_webhook(wanted=services.Wanted(url), client_id=owner.id, at=at, actor="bench")
        told = [events.NewEvent("order.placed", "order", f"O-{n}", 1, {"lines": 2}) for n in range(count)]
        events.append_events(told, at=at)
    events.sequence_events()
    return int(made.id)


def _figure(name: str, value: float, unit: str, workload: str) -> None:
    print(json.dumps({"name": name, "value": round(value, 1), "unit": unit, "workload": workload}))


if __name__ == "__main__":
    sys.exit(main())
