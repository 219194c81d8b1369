"""Makes and changes webhook endpoints in the browser: where messages go, and what is told there."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, ClassVar

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse

import inventory.event_kinds
import orders.event_kinds
from dom.console.acting import ActionForm, ConsoleAction
from dom.console.masters.cells import Many
from dom.console.reach import Reach
from dom.console.seeing import SeenForm
from dom.kernel.errors import DomainError
from dom.kernel.event_kinds import KINDS
from dom.kernel.locks import lock_webhook_endpoint
from dom.kernel.models import ApiClient, WebhookEndpoint
from dom.kernel.rest.scopes import Scope
from dom.kernel.webhooks import selectors, services, signing
from dom.kernel.webhooks.addresses import LONGEST
from inventory.models import Channel, Node

#: Whose kinds can be chosen: importing them declares them.
_DECLARED = (orders.event_kinds, inventory.event_kinds)
#: Where a refusal of a service belongs on the form.
_PLACES = {
    "webhook-url-refused": "url", "scope-missing": "client", "too-many-webhooks": "client", "node-forbidden": "nodes",
    "channel-forbidden": "channels",
}  # fmt: skip
_ENTITIES = {
    "order": "orders", "fulfillment_order": "the work of nodes", "stock": "low stock", "node": "nodes",
    "transfer": "transfers", "count": "counts", "webhook": "webhook endpoints",
}  # fmt: skip


def _kinds(known: Iterable[str]) -> list[tuple[str, str]]:
    """Return what can be heard with its meaning; what was chosen over the API and has no declaration stays."""
    offered: dict[str, str] = {}
    for kind in sorted(KINDS.values(), key=lambda one: list(_ENTITIES).index(one.entity)):
        whole = f"{kind.entity}.*"
        offered.setdefault(whole, f"{whole}: everything about {_ENTITIES[kind.entity]}")
        # Behind the semicolon stands what a program reads.
        offered[kind.name] = f"{kind.name}: {kind.happened.partition(';')[0]}"
    return [*offered.items(), *((kind, kind) for kind in known if kind not in offered)]


def _coded(rows: Any, limits: Iterable[str], known: Iterable[str]) -> list[tuple[str, str]]:
    """Return what can be ticked: what the client is limited to, else everything, and what was ticked before."""
    asked = rows.filter(code__in=limits) if limits else rows
    names = dict.fromkeys(known, "") | dict(asked.values_list("code", "name"))
    return [(code, f"{code} {name}".strip()) for code, name in sorted(names.items())]


class EndpointForm(SeenForm):
    """Where messages go, and what is told there."""

    title: ClassVar[str] = "Change the endpoint"
    help_text: ClassVar[str] = "Counts for events that were not looked at yet; what waits is sent as it is."

    url = forms.CharField(
        label="Address", max_length=LONGEST, widget=forms.URLInput(attrs={"placeholder": "https://…"}),
        help_text="https://, reachable from the public internet. Messages are posted there, signed.",
    )  # fmt: skip
    description = forms.CharField(label="What it is for", max_length=200, required=False)
    kinds = Many("What it hears", "Nothing ticked: every kind of event.", filtered=True)
    channels = Many("Channels", "Nothing ticked: every channel that the client may read.", filtered=True)
    nodes = Many(
        "Nodes",
        "Nothing ticked: every node that the client may read. With a node ticked, what happens to whole orders is not"
        " told: it happens at no node.",
        filtered=True,
    )

    def prepare(self, subject: str) -> None:
        """Fill in what the endpoint hears."""
        endpoint = selectors.endpoint(subject, client_id=None)
        self.offer(endpoint.client, endpoint)
        self.begin(subject)

    def now(self, subject: str) -> Mapping[str, Any]:
        """Return what the endpoint hears."""
        endpoint = selectors.endpoint(subject, client_id=None)
        return {name: getattr(endpoint, name) for name in ("url", "description", "kinds", "channels", "nodes")}

    def hold(self, subject: str) -> None:
        """Lock the endpoint."""
        lock_webhook_endpoint(subject, None)

    def changed_by(self, subject: str) -> str:
        """Return whom the endpoint names."""
        return selectors.endpoint(subject, client_id=None).updated_by

    def offer(self, client: ApiClient | None, endpoint: WebhookEndpoint | None = None) -> None:
        """Fill in what can be ticked."""
        fields: Any = self.fields
        kinds, channels, nodes = (endpoint.kinds, endpoint.channels, endpoint.nodes) if endpoint else ([], [], [])
        fields["kinds"].choices = _kinds(kinds)
        fields["channels"].choices = _coded(Channel.objects.all(), client.channel_codes if client else [], channels)
        fields["nodes"].choices = _coded(Node.objects.all(), client.node_codes if client else [], nodes)

    def refuse(self, refusal: DomainError) -> None:
        """Show the sentence at the field that it is about."""
        place = _PLACES.get(refusal.code)
        self.add_error(place if place in self.fields else None, str(refusal))

    def carry_out(self, subject: str, *, at: datetime, actor: str) -> str:
        """Write what was typed; return what happened, in words."""
        self.join(subject)
        changes = {name: self.cleaned_data[name] for name in self.now(subject)}
        services.change_webhook(ref=subject, changes=changes, client_id=None, at=at, actor=actor)
        return "The endpoint is saved."


class NewEndpointForm(EndpointForm):
    """An endpoint that is not there yet."""

    title = "New webhook endpoint"
    help_text = (
        "The client is told what happens from now on. The secret that signs is shown once, on the next page; the client"
        " can read it over the API, too."
    )
    submit = "Make the endpoint"

    client = forms.ChoiceField(label="Client", help_text="Whose it is. It hears no more than this client may read.")
    field_order = ["client"]

    def prepare(self, subject: str) -> None:
        """Offer the clients that may read events."""
        able = ApiClient.objects.filter(is_active=True, scopes__contains=[Scope.EVENTS_READ]).order_by("name")
        fields: Any = self.fields
        fields["client"].choices = [(one.prefix, one.name) for one in able]
        chosen = self.data.get("client") or self.initial.get("client")
        self.offer(able.filter(prefix=chosen).first() if chosen else None)

    def carry_out(self, subject: str, *, at: datetime, actor: str) -> str:
        """Make the endpoint; return its reference."""
        told = {name: value for name, value in self.cleaned_data.items() if name != "seen"}
        client = ApiClient.objects.get(prefix=told.pop("client"))
        wanted = services.Wanted(**told)
        return services.create_webhook(wanted=wanted, client_id=client.id, at=at, actor=actor).ref


class RotateSecretForm(ActionForm):
    """A new secret signs."""

    title = "Rotate the signing secret"
    help_text = "A new secret is made and shown once; the client can read it over the API, too. Both sign until then."
    submit = "Make a new secret"

    hours = forms.TypedChoiceField(
        label="The old secret signs for", coerce=int, initial=24,
        choices=[(0, "no longer at all"), (1, "1 more hour"), (24, "1 more day"), (168, "7 more days")],
    )  # fmt: skip

    def carry_out(self, subject: str, *, at: datetime, actor: str) -> str:
        """Rotate; return the endpoint's reference."""
        overlap = timedelta(hours=self.cleaned_data["hours"])
        return services.rotate_secret(ref=subject, client_id=None, at=at, actor=actor, overlap=overlap).ref


class EndpointAction(ConsoleAction):
    """Changes an endpoint and goes back to it."""

    permission_required = "kernel.change_webhookendpoint"
    reach = Reach.NETWORK
    audited_as = "webhooks"
    template_name = "console/fields.html"
    form_class = EndpointForm

    def back(self) -> str:
        """Return the endpoint's page, or the list where there is none yet."""
        return reverse("console:webhook", args=[self.subject]) if self.subject else reverse("console:webhooks")


class SecretAction(EndpointAction):
    """Carries out a form that makes a secret, and shows the secret on the answer itself."""

    forms: ClassVar[Mapping[str, type[ActionForm]]] = {"new": NewEndpointForm, "rotate": RotateSecretForm}

    def done(self, request: HttpRequest, answer: str) -> HttpResponseBase:
        """Show the secret once; neither a cookie nor a session carries it."""
        endpoint = selectors.endpoint(answer, client_id=None)
        secret = {"title": endpoint.description or endpoint.url, "secret": signing.unseal(endpoint.secret)}
        shown: HttpResponse = render(request, "console/secret.html", {**self.frame(), **secret, "endpoint": endpoint})
        shown["Cache-Control"] = "no-store"
        return shown
