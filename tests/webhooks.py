"""A partner's receiver: a real server on loopback that verifies every signature, and builders around it."""

import http.server
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone
from standardwebhooks import Webhook

from dom.kernel import events
from dom.kernel.events import NewEvent
from dom.kernel.models import ApiClient, WebhookDelivery, WebhookEndpoint
from dom.kernel.rest.keys import issue_key
from dom.kernel.transactions import unit_of_work
from dom.kernel.webhooks import intake, sending, services, signing
from dom.kernel.webhooks.services import Wanted

Answer = tuple[int, dict[str, str], bytes]
OK: Answer = (200, {}, b"taken")


@dataclass
class Received:
    """One request as it came."""

    headers: dict[str, str]
    body: bytes

    @property
    def message_id(self) -> str:
        """Its webhook-id."""
        return self.headers["webhook-id"]

    def verified(self, secret: str) -> Any:
        """Return the body if the signature holds under `secret`, as a partner's library checks it."""
        return Webhook(secret).verify(self.body, self.headers)


@dataclass
class Receiver:
    """Answers as `answers` says, request by request; the last answer repeats."""

    port: int = 0
    answers: list[Answer | Callable[[Received], Answer]] = field(default_factory=lambda: [OK])
    received: list[Received] = field(default_factory=list)

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}/hook?shop=1"

    @property
    def ids(self) -> list[str]:
        """The webhook-id of every request, in order."""
        return [one.message_id for one in self.received]

    def take(self, one: Received) -> Answer:
        """Note a request and return its answer."""
        number = len(self.received)
        self.received.append(one)
        answer = self.answers[min(number, len(self.answers) - 1)]
        return answer(one) if callable(answer) else answer


@contextmanager
def receiving(*answers: Answer | Callable[[Received], Answer]) -> Iterator[Receiver]:
    """Run a receiver on a free port of loopback."""
    receiver = Receiver(answers=list(answers) or [OK])

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            named = {name.lower(): value for name, value in self.headers.items()}
            status, headers, answer = receiver.take(Received(named, body))
            self.send_response(status)
            for name, value in {"Content-Length": str(len(answer)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_words: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        receiver.port = server.server_address[1]
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        try:
            yield receiver
        finally:
            server.shutdown()


def client(name: str = "shop", nodes: tuple[str, ...] = ()) -> ApiClient:
    """Return an API client that may do everything."""
    with unit_of_work():
        issue_key(name=name, scopes=["webhooks:write", "events:read"], node_codes=nodes, at=timezone.now())
    return ApiClient.objects.get(name=name)


def endpoint(url: str, *, owner: ApiClient | None = None, after: int | None = None, **filters: Any) -> WebhookEndpoint:
    """Return a new endpoint."""
    owner = owner or client()
    with unit_of_work():
        return services.create_webhook(
            wanted=Wanted(url, **filters), client_id=owner.id, after=after, at=timezone.now(), actor="tests"
        )


def secret_of(made: WebhookEndpoint) -> str:
    """Return the secret that signs for an endpoint."""
    return signing.unseal(WebhookEndpoint.objects.get(id=made.id).secret)


def happen(*refs: str, kind: str = "order.placed", node: str = "", channel: str = "") -> None:
    """Let something happen to each of `refs`, and give it its position."""
    with unit_of_work():
        told = [NewEvent(kind, "order", ref, 1, {"n": 1}, channel=channel, node=node) for ref in refs]
        events.append_events(told, at=timezone.now())
    events.sequence_events()


def deliver(made: WebhookEndpoint, *, at: Any = None) -> int:
    """Do what the workers do: take in and send until nothing is due; return how many were tried."""
    at = at or timezone.now()
    intake.take_in(at=at)
    total = 0
    while done := sending.send_round(endpoint_id=made.id, at=at):
        total += done
    return total


def states(made: WebhookEndpoint) -> dict[str, str]:
    """Return the state of every delivery of an endpoint by its message id."""
    return dict(WebhookDelivery.objects.filter(endpoint=made).order_by("id").values_list("message_id", "status"))
