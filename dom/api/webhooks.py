"""Endpoints through which partners keep their webhooks and look at what was delivered."""

from datetime import timedelta
from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from dom.api.webhook_shapes import (
    AttemptShape,
    DeliveryFilter,
    DeliveryShape,
    DeliveryWithTriesShape,
    ReplayedShape,
    ReplayShape,
    ResumeShape,
    RotateShape,
    SecretShape,
    WebhookAskShape,
    WebhookChangeShape,
    WebhookReplaceShape,
    WebhookShape,
)
from dom.kernel.errors import EventsForgotten
from dom.kernel.models import WebhookEndpoint
from dom.kernel.rest import etags
from dom.kernel.rest.errors import ChannelForbidden, NodeForbidden
from dom.kernel.rest.scopes import Scope
from dom.kernel.rest.spec import ForChannels, endpoint
from dom.kernel.rest.view import ApiView
from dom.kernel.webhooks import replaying, selectors, services, signing
from dom.kernel.webhooks.errors import (
    TooManyWebhooks,
    WebhookDeliveryNotFound,
    WebhookNotFound,
    WebhookPositionUnknown,
    WebhookUrlRefused,
)

TAG = "Webhooks"
ASKED = {"url": "https://partner.example/hooks/orders", "kinds": ["order.*"], "description": "Order desk"}
SHOWN = {
    "ref": "W-3MQ9XWD2T7K",
    **ASKED,
    "channels": [],
    "nodes": [],
    "status": "ACTIVE",
    "paused_because": None,
    "paused_at": None,
    "position": 4711,
    "failures": 0,
    "quiet_until": None,
    "delivered_at": "2026-11-24T20:15:01Z",
    "previous_until": None,
    "revision": 1,
    "created_at": "2026-11-20T09:00:00Z",
    "updated_at": "2026-11-20T09:00:00Z",
}
PINGED = {
    "message_id": "ping_9f0c51b2a7d3e864",
    "position": None,
    "kind": "webhook.ping",
    "entity_ref": "W-3MQ9XWD2T7K",
    "status": "PENDING",
    "attempts": 0,
    "next_attempt_at": "2026-11-24T20:15:00Z",
    "answer_status": None,
    "created_at": "2026-11-24T20:15:00Z",
    "ended_at": None,
}
DELIVERED = {
    **PINGED,
    "message_id": "evt_4711",
    "position": 4711,
    "kind": "order.shipped",
    "entity_ref": "O-7K3MQ9XWD2T",
    "status": "DELIVERED",
    "attempts": 1,
    "next_attempt_at": None,
    "answer_status": 200,
    "ended_at": "2026-11-24T20:15:01Z",
    "tries": [{"at": "2026-11-24T20:15:01Z", "duration_ms": 84, "status": 200, "error": "", "answer": "ok"}],
}


#: What every endpoint here is: of the caller's own endpoints, whatever channels they hear.
_OWN: dict[str, Any] = {"tag": TAG, "channels": ForChannels.OWN}
_SHOWS: dict[str, Any] = {**_OWN, "answers": {200: WebhookShape}}
_CHANGES = (WebhookNotFound, WebhookUrlRefused, NodeForbidden, ChannelForbidden)


class _WebhookView(ApiView):
    """What every endpoint of webhooks does: speaks for the caller alone."""

    def owned(self) -> dict[str, Any]:
        """Return whose endpoints are meant, when, and by whom, for a service."""
        return {"client_id": self.caller.client_id, "at": self.at, "actor": self.caller.actor}

    def shown(self, made: WebhookEndpoint, status: int = 200) -> Response:
        """Answer one endpoint with the ETag of its revision."""
        headers = {"ETag": etags.of_revision(made.revision)}
        return Response(WebhookShape(made).data, status=status, headers=headers)


class Webhooks(_WebhookView):
    """Addresses that are told what happens, as signed messages (Standard Webhooks), at least once each.

    Messages hold what the event feed holds. Answer with any 2xx within 15 seconds; the same `webhook-id` may come
    again. What is not taken is tried again for three days, after which an endpoint that took nothing is paused.
    """

    @endpoint(
        Scope.WEBHOOKS_READ,
        "List webhook endpoints",
        **_OWN,
        lists=WebhookShape,
        answer_example=SHOWN,
    )
    def get(self, request: Request) -> Response:
        """Answer a page of the caller's endpoints."""
        del request
        return self.page(selectors.endpoints(client_id=self.caller.client_id), by=("-id",), shape=WebhookShape)

    @endpoint(
        Scope.WEBHOOKS_WRITE,
        "Add a webhook endpoint",
        **_OWN,
        body=WebhookAskShape,
        body_example=ASKED,
        answers={201: WebhookShape},
        answer_example=SHOWN,
        problems=(
            WebhookUrlRefused,
            WebhookPositionUnknown,
            EventsForgotten,
            TooManyWebhooks,
            NodeForbidden,
            ChannelForbidden,
        ),
    )
    def post(self, request: Request) -> Response:
        """Make an endpoint; its secret is read at `…/secret`, so that no stored answer holds it."""
        del request
        asked = dict(self.asked)
        after = asked.pop("after", None)
        made = services.create_webhook(wanted=services.Wanted(**asked), after=after, **self.owned())
        answer = self.shown(made, 201)
        answer["Location"] = f"/api/v1/webhooks/{made.ref}"
        return answer


class OneWebhook(_WebhookView):
    """One endpoint of the caller."""

    @endpoint(
        Scope.WEBHOOKS_READ,
        "Read a webhook endpoint",
        **_SHOWS,
        answer_example=SHOWN,
        problems=(WebhookNotFound,),
    )
    def get(self, request: Request, ref: str) -> Response:
        """Answer one endpoint."""
        del request
        return self.shown(selectors.endpoint(ref, client_id=self.caller.client_id))

    @endpoint(
        Scope.WEBHOOKS_WRITE,
        "Replace a webhook endpoint",
        **_SHOWS,
        body=WebhookReplaceShape,
        body_example=ASKED,
        answer_example=SHOWN,
        problems=_CHANGES,
    )
    def put(self, request: Request, ref: str) -> Response:
        """Replace address and filters; secret, history and position stay."""
        del request
        blank: dict[str, Any] = {"description": "", "kinds": [], "channels": [], "nodes": []}
        return self._changed(ref, blank | dict(self.asked))

    @endpoint(
        Scope.WEBHOOKS_WRITE,
        "Change a webhook endpoint",
        **_SHOWS,
        body=WebhookChangeShape,
        body_example={"kinds": ["order.*", "fulfillment_order.shipped"]},
        answer_example=SHOWN,
        problems=_CHANGES,
    )
    def patch(self, request: Request, ref: str) -> Response:
        """Change what is named."""
        del request
        return self._changed(ref, dict(self.asked))

    def _changed(self, ref: str, changes: dict[str, Any]) -> Response:
        self.must_match(selectors.endpoint(ref, client_id=self.caller.client_id).revision)
        return self.shown(services.change_webhook(ref=ref, changes=changes, **self.owned()))

    @endpoint(
        Scope.WEBHOOKS_WRITE,
        "Remove a webhook endpoint",
        **_OWN,
        answers={204: None},
        problems=(WebhookNotFound,),
    )
    def delete(self, request: Request, ref: str) -> Response:
        """Remove it with its history."""
        del request
        services.delete_webhook(ref=ref, **self.owned())
        return Response(status=204)


class WebhookSecret(_WebhookView):
    """The secret that signs an endpoint's messages, in the form that every Standard Webhooks library takes."""

    @endpoint(
        Scope.WEBHOOKS_WRITE,
        "Read the signing secret",
        **_OWN,
        answers={200: SecretShape},
        answer_example={"secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "previous_until": None},
        problems=(WebhookNotFound,),
    )
    def get(self, request: Request, ref: str) -> Response:
        """Answer the secret."""
        del request
        found = selectors.endpoint(ref, client_id=self.caller.client_id)
        return Response({"secret": signing.unseal(found.secret), "previous_until": found.previous_until})


class RotateWebhookSecret(_WebhookView):
    """A fresh secret. The old one signs beside it for a day, so that a receiver can change over without a gap."""

    @endpoint(
        Scope.WEBHOOKS_WRITE,
        "Rotate the signing secret",
        **_SHOWS,
        body=RotateShape,
        body_example={"overlap_hours": 24},
        answer_example={**SHOWN, "previous_until": "2026-11-25T20:15:00Z", "revision": 2},
        problems=(WebhookNotFound,),
    )
    def post(self, request: Request, ref: str) -> Response:
        """Rotate; read the new secret at `…/secret`."""
        del request
        overlap = timedelta(hours=self.asked["overlap_hours"])
        return self.shown(services.rotate_secret(ref=ref, overlap=overlap, **self.owned()))


class PauseWebhook(_WebhookView):
    """Nothing is sent while an endpoint is paused; events wait in the feed and none is lost."""

    @endpoint(
        Scope.WEBHOOKS_WRITE,
        "Pause an endpoint",
        **_SHOWS,
        answer_example={**SHOWN, "status": "PAUSED", "paused_because": "BY_HAND", "paused_at": "2026-11-24T20:15:00Z"},
        problems=(WebhookNotFound,),
    )
    def post(self, request: Request, ref: str) -> Response:
        """Pause it."""
        del request
        return self.shown(services.pause_webhook(ref=ref, **self.owned()))


class ResumeWebhook(_WebhookView):
    """Goes on where the endpoint stopped; what waited for a later try goes out at once."""

    @endpoint(
        Scope.WEBHOOKS_WRITE,
        "Resume an endpoint",
        **_SHOWS,
        body=ResumeShape,
        body_example={"skip_missed": False},
        answer_example=SHOWN,
        problems=(WebhookNotFound,),
    )
    def post(self, request: Request, ref: str) -> Response:
        """Resume it."""
        del request
        skip = self.asked["skip_missed"]
        return self.shown(services.resume_webhook(ref=ref, skip_missed=skip, **self.owned()))


class PingWebhook(_WebhookView):
    """A test message of the kind `webhook.ping`, signed like any other, tried once, also while paused."""

    @endpoint(
        Scope.WEBHOOKS_WRITE,
        "Send a test message",
        **_OWN,
        answers={202: DeliveryShape},
        answer_example=PINGED,
        problems=(WebhookNotFound,),
    )
    def post(self, request: Request, ref: str) -> Response:
        """Queue the test message; look at `Location` for what came of it."""
        del request
        made = replaying.ping(ref, client_id=self.caller.client_id, at=self.at)
        place = f"/api/v1/webhooks/{ref}/deliveries/{made.message_id}"
        return Response(DeliveryShape(made).data, status=202, headers={"Location": place, "Retry-After": "1"})


class ReplayWebhook(_WebhookView):
    """Sends messages again under the `webhook-id` that they had."""

    @endpoint(
        Scope.WEBHOOKS_WRITE,
        "Send messages again",
        **_OWN,
        body=ReplayShape,
        body_example={"failed": True},
        answers={202: ReplayedShape},
        answer_example={"queued": 12},
        problems=(WebhookNotFound, WebhookDeliveryNotFound, WebhookPositionUnknown, EventsForgotten),
    )
    def post(self, request: Request, ref: str) -> Response:
        """Replay one message, the failed ones, or everything behind a position."""
        del request
        owner: dict[str, Any] = {"client_id": self.caller.client_id, "at": self.at}
        if "message_id" in self.asked:
            queued = replaying.replay_one(ref, self.asked["message_id"], **owner)
        elif "after" in self.asked:
            queued = replaying.replay_after(ref, self.asked["after"], **owner)
        else:
            queued = replaying.replay_failed(ref, **owner)
        return Response({"queued": queued}, status=202)


class WebhookDeliveries(_WebhookView):
    """What was sent to an endpoint, the newest first; ended deliveries are kept for 30 days."""

    @endpoint(
        Scope.WEBHOOKS_READ,
        "List deliveries",
        **_OWN,
        lists=DeliveryShape,
        answer_example={name: value for name, value in DELIVERED.items() if name != "tries"},
        filters=DeliveryFilter,
        problems=(WebhookNotFound,),
    )
    def get(self, request: Request, ref: str) -> Response:
        """Answer a page of deliveries."""
        del request
        found = selectors.endpoint(ref, client_id=self.caller.client_id)
        return self.page(selectors.deliveries(found), by=("-id",), shape=DeliveryShape)


class OneWebhookDelivery(_WebhookView):
    """One message with its attempts: when, how long, and what the receiver answered."""

    @endpoint(
        Scope.WEBHOOKS_READ,
        "Read a delivery",
        **_OWN,
        answers={200: DeliveryWithTriesShape},
        answer_example=DELIVERED,
        problems=(WebhookNotFound, WebhookDeliveryNotFound),
    )
    def get(self, request: Request, ref: str, message_id: str) -> Response:
        """Answer one delivery."""
        del request
        found = selectors.delivery(selectors.endpoint(ref, client_id=self.caller.client_id), message_id)
        tries = AttemptShape(selectors.attempts(found), many=True).data
        return Response({**DeliveryShape(found).data, "tries": tries})
