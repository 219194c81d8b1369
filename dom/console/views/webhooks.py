"""Webhook endpoints of all clients: what was sent, what the receivers answered, and what can be done about it."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar

from django import forms
from django.db.models import Q, QuerySet
from django.http import Http404, QueryDict
from django.urls import reverse
from django.utils import timezone

from dom.console.acting import ActionForm, ConsoleAction
from dom.console.pages import ConsolePage, FreshPage
from dom.console.reach import Reach
from dom.console.sorting import Sort, Sorting
from dom.kernel import events
from dom.kernel.models import WebhookDelivery, WebhookEndpoint
from dom.kernel.rest.scopes import Scope
from dom.kernel.webhooks import messages, replaying, selectors, services
from dom.kernel.webhooks.errors import WebhookDeliveryNotFound, WebhookNotFound
from dom.kernel.words import many

VIEWS: Mapping[str, str] = {"": "All", "active": "Active", "failing": "Failing", "paused": "Paused"}
SORTS = (
    Sort("made", "Made", "id", "age"),
    Sort("name", "Endpoint", "url", "text"),
    Sort("client", "Client", "client__name", "text"),
    Sort("behind", "Position in the feed", "position", "number"),
    Sort("delivered", "Last delivered", "delivered_at", "time", gaps=True, down=True),
)


def _asked(asked: QueryDict) -> "QuerySet[WebhookEndpoint]":
    narrowed = {
        "active": Q(status="ACTIVE"),
        "failing": Q(status="ACTIVE", failures__gt=0) | Q(paused_because__in=("UNREACHABLE", "GONE")),
        "paused": Q(status="PAUSED"),
    }.get(asked.get("view", ""), Q())
    words = asked.get("q", "").strip().replace("\x00", "")
    found = Q(url__icontains=words) | Q(client__name__icontains=words) | Q(ref=words) | Q(description__icontains=words)
    rows = selectors.endpoints(client_id=None).filter(narrowed, found if words else Q())
    return rows.select_related("client").order_by("-id")


class Webhooks(FreshPage):
    """Every endpoint, and how it fares."""

    title = "Webhooks"
    template_name = "console/webhooks.html"
    permission_required = "kernel.view_webhookendpoint"
    reach = Reach.NETWORK

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add one page of endpoints."""
        asked = self.request.GET
        sorting = Sorting(asked, SORTS, default="made")
        return super().get_context_data(
            page=sorting.page(_asked(asked)), sorting=sorting, asked=asked, views=VIEWS.items(), head=events.head(),
            at=timezone.now(),
            narrowed=bool(asked.get("q") or asked.get("view")), **kwargs,
        )  # fmt: skip


def _endpoint(ref: str) -> WebhookEndpoint:
    try:
        return selectors.endpoint(ref, client_id=None)
    except WebhookNotFound as wrong:
        raise Http404(str(wrong)) from None


class WebhookPage(FreshPage):
    """One endpoint with its deliveries."""

    template_name = "console/webhook.html"
    permission_required = "kernel.view_webhookendpoint"
    reach = Reach.NETWORK

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the endpoint and one page of deliveries."""
        endpoint, asked, at = _endpoint(kwargs["ref"]), self.request.GET, timezone.now()
        self.title = endpoint.description or endpoint.url
        state = asked.get("state", "")
        known = state in WebhookDelivery.Status.values
        rows = selectors.deliveries(endpoint).filter(Q(status=state) if known else Q()).order_by("-id")
        sorting = Sorting(asked, (Sort("when", "When", "id", "age"),), default="when")
        overlaps = endpoint.previous_until is not None and endpoint.previous_until > at
        return super().get_context_data(
            endpoint=endpoint, page=sorting.page(rows), sorting=sorting, states=WebhookDelivery.Status.choices,
            state=state, at=at,
            behind=events.head() - endpoint.position, overlaps=overlaps,
            may_read=Scope.EVENTS_READ in endpoint.client.scopes, **kwargs,
        )  # fmt: skip


class DeliveryPage(ConsolePage):
    """One message: what is sent, and what came back at each attempt."""

    template_name = "console/delivery.html"
    permission_required = "kernel.view_webhookendpoint"
    reach = Reach.NETWORK

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the message and its attempts."""
        endpoint = _endpoint(kwargs["ref"])
        try:
            delivery = selectors.delivery(endpoint, kwargs["message_id"])
        except WebhookDeliveryNotFound as wrong:
            raise Http404(str(wrong)) from None
        self.title = f"Message {delivery.message_id}"
        body = messages.bodies([delivery], endpoint=endpoint).get(delivery.id)
        return super().get_context_data(
            endpoint=endpoint, delivery=delivery, tries=selectors.attempts(delivery),
            body=json.dumps(json.loads(body), indent=2, ensure_ascii=False) if body else "", **kwargs,
        )  # fmt: skip


class PauseForm(ActionForm):
    """Nothing is sent for a while."""

    title = "Pause the endpoint"
    help_text = "Nothing is sent until it is resumed. Events wait; none is lost."
    submit = "Pause it"

    def carry_out(self, subject: str, *, at: datetime, actor: str) -> str:
        """Pause; return what happened, in words."""
        services.pause_webhook(ref=subject, client_id=None, at=at, actor=actor)
        return "The endpoint is paused; events wait."


class ResumeForm(ActionForm):
    """It goes on."""

    title = "Resume the endpoint"
    submit = "Resume it"

    how = forms.ChoiceField(
        label="What came meanwhile", widget=forms.RadioSelect, initial="all",
        choices=[("all", "is sent now"), ("skip", "is left out; only what happens from now on is sent")],
    )  # fmt: skip

    def carry_out(self, subject: str, *, at: datetime, actor: str) -> str:
        """Resume; return what happened, in words."""
        skip = self.cleaned_data["how"] == "skip"
        services.resume_webhook(ref=subject, client_id=None, at=at, actor=actor, skip_missed=skip)
        return "The endpoint is active again."


class PingForm(ActionForm):
    """A test message."""

    title = "Send a test message"
    help_text = "It is signed like any other, tried once, and stands among the deliveries a moment later."
    submit = "Send it"

    def carry_out(self, subject: str, *, at: datetime, actor: str) -> str:
        """Queue the message; return what happened, in words."""
        made = replaying.ping(subject, client_id=None, at=at)
        return f"The test message {made.message_id} is on its way."


class ReplayForm(ActionForm):
    """What is sent again."""

    title = "Send messages again"
    help_text = "They keep their ids, so a receiver that remembers ids takes each once."
    submit = "Send them again"

    what = forms.ChoiceField(
        label="Which", widget=forms.RadioSelect, initial="failed",
        choices=[("failed", "All that were given up"), ("after", "Everything behind a position of the feed")],
    )  # fmt: skip
    position = forms.IntegerField(label="Position", min_value=0, max_value=2**62, required=False)

    def prepare(self, subject: str) -> None:
        """Say how far the endpoint has come."""
        self.fields["position"].help_text = f"The endpoint has come to {_endpoint(subject).position:,}."

    def clean(self) -> dict[str, Any]:
        """Ask for a position where one is needed."""
        told = dict(super().clean() or {})
        if told.get("what") == "after" and told.get("position") is None:
            self.add_error("position", "Say behind which position.")
        return told

    def carry_out(self, subject: str, *, at: datetime, actor: str) -> str:
        """Let them wait again; return what happened, in words."""
        if self.cleaned_data["what"] == "failed":
            count = replaying.replay_failed(subject, client_id=None, at=at)
            return f"{many(count, 'message is', 'messages are')} sent again." if count else "No message was given up."
        count = replaying.replay_after(subject, self.cleaned_data["position"], client_id=None, at=at)
        return f"The endpoint goes back {many(count, 'position')}; what passes its filters is sent again."


class RemoveForm(ActionForm):
    """The endpoint goes."""

    title = "Remove the endpoint"
    help_text = "Nothing is sent to it any more, and its history is forgotten within hours."
    submit = "Remove it"
    dangerous = True

    def carry_out(self, subject: str, *, at: datetime, actor: str) -> str:
        """Remove; return what happened, in words."""
        services.delete_webhook(ref=subject, client_id=None, at=at, actor=actor)
        return "The endpoint is removed."


class WebhookAction(ConsoleAction):
    """Carries out one form about an endpoint and goes back to it."""

    permission_required = "kernel.change_webhookendpoint"
    reach = Reach.NETWORK
    audited_as = "webhooks"
    forms: ClassVar[Mapping[str, type[ActionForm]]] = {
        "pause": PauseForm,
        "resume": ResumeForm,
        "ping": PingForm,
        "replay": ReplayForm,
        "remove": RemoveForm,
    }

    def form_type(self) -> type[ActionForm]:
        """Return the form that the address names."""
        return self.forms[self.kwargs["action"]]

    def back(self) -> str:
        """Return the endpoint's page, or the list when it is gone."""
        if selectors.endpoints(client_id=None).filter(ref=self.subject).exists():
            return reverse("console:webhook", args=[self.subject])
        return reverse("console:webhooks")


class ReplayOneForm(ActionForm):
    """One message goes out again."""

    title = "Send the message again"
    help_text = "It keeps its id."
    submit = "Send it again"

    def carry_out(self, subject: str, *, at: datetime, actor: str) -> str:
        """Let it wait again; return what happened, in words."""
        ref, _, message_id = subject.partition("/")
        replaying.replay_one(ref, message_id, client_id=None, at=at)
        return f"{message_id} is sent again."


class DeliveryAction(ConsoleAction):
    """Sends one message again and goes back to it."""

    permission_required = "kernel.change_webhookendpoint"
    reach = Reach.NETWORK
    audited_as = "webhooks"
    form_class = ReplayOneForm

    @property
    def subject(self) -> str:
        """The endpoint and the message."""
        return f"{self.kwargs['ref']}/{self.kwargs['message_id']}"

    def back(self) -> str:
        """Return the message's page."""
        return reverse("console:delivery", args=[self.kwargs["ref"], self.kwargs["message_id"]])
