"""The partners who hear the demonstration's webhooks: two receivers on this host, one of which is busy now and then.

They do what a partner does: check the signature over the raw body, answer quickly, and say 503 when it is not the time.
"""

from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from django.http import HttpRequest, HttpResponse
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.csrf import csrf_exempt
from standardwebhooks import Webhook, WebhookVerificationError

from dom.kernel.models import ApiClient, WebhookEndpoint
from dom.kernel.rest.keys import issue_key
from dom.kernel.rest.scopes import Scope
from dom.kernel.transactions import in_unit_of_work
from dom.kernel.webhooks import services, signing
from dom.kernel.webhooks.services import Wanted

ACTOR = "demo"
#: A busy receiver takes every fifth message only once it is this old: it fails, is tried again, and gets through.
_BUSY = timedelta(minutes=4)
_EVERY = 5


class Receiver(NamedTuple):
    """Somebody who listens; `name` is the API client and, in small letters, the end of the address."""

    name: str
    description: str
    kinds: tuple[str, ...]
    busy: bool = False

    @property
    def path(self) -> str:
        """Where it listens."""
        return f"/demo/receivers/{self.name.lower()}/"


RECEIVERS = (
    Receiver("Webshop", "Tells customers where their order is", ("order.*",)),
    Receiver(
        "ERP", "Books what leaves and what comes back; busy while it closes its books", ("fulfillment_order.*",), True
    ),
)


@in_unit_of_work
def ensure_receivers(*, address: str, at: datetime) -> None:
    """Let every receiver hear at `address` (scheme, host and port); safe to repeat, also after the port changed."""
    for one in RECEIVERS:
        url = f"{address}{one.path}"
        held = WebhookEndpoint.objects.filter(client__name=one.name, deleted_at__isnull=True).first()
        if held is None:
            issue_key(name=one.name, scopes=[Scope.EVENTS_READ, Scope.ORDERS_READ, Scope.FULFILLMENT_READ], at=at)
            wanted = Wanted(url, one.description, one.kinds)
            client_id = ApiClient.objects.get(name=one.name).id
            services.create_webhook(wanted=wanted, client_id=client_id, at=at, actor=ACTOR)
        elif held.url != url:
            services.change_webhook(ref=held.ref, changes={"url": url}, client_id=None, at=at, actor=ACTOR)


@method_decorator(csrf_exempt, name="dispatch")
class Receive(View):
    """Takes the messages of one receiver: 204, 401 for a signature that is not ours, 503 when it is busy."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, name: str) -> HttpResponse:
        """Answer one message."""
        receiver = next((one for one in RECEIVERS if one.path == request.path), None)
        endpoint = WebhookEndpoint.objects.filter(client__name=receiver.name if receiver else name).last()
        if receiver is None or endpoint is None:
            return HttpResponse("Nobody listens here.", status=404)
        try:
            message = Webhook(signing.unseal(endpoint.secret)).verify(request.body, dict(request.headers))
        except WebhookVerificationError:
            return HttpResponse("The signature does not fit.", status=401)
        told_at = datetime.fromisoformat(message["timestamp"])
        if receiver.busy and _is_turned_away(request.headers["webhook-id"], age=datetime.now(UTC) - told_at):
            return HttpResponse("The books are being closed. Come back in some minutes.", status=503)
        return HttpResponse(status=204)


def _is_turned_away(message_id: str, *, age: timedelta) -> bool:
    return age < _BUSY and sum(message_id.encode()) % _EVERY == 0
