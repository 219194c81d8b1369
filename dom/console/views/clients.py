"""API clients: who may call the API, for what and how much; their keys are made, rotated and revoked here."""

from collections.abc import Iterable, Mapping
from datetime import datetime, time, timedelta
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone

from dom.console.acting import ActionForm, ConsoleAction
from dom.console.changed import told
from dom.console.exporting import csv_answer
from dom.console.masters.cells import Many
from dom.console.pages import ConsolePage
from dom.console.reach import Reach
from dom.console.seeing import SeenForm, last_change
from dom.console.sorting import Sort, Sorting
from dom.kernel.changes import changes_of
from dom.kernel.locks import lock_api_client
from dom.kernel.models import ApiClient, WebhookEndpoint
from dom.kernel.rest import clients
from dom.kernel.rest.clients import Rights
from dom.kernel.rest.scopes import ALL_SCOPES, Scope
from inventory.models import Channel, Node

_SOON = timedelta(days=14)
STATES: Mapping[str, str] = {"": "All", "live": "Live", "ending": "Ends soon", "ended": "Ended", "revoked": "Revoked"}
_HISTORY = 20
SORTS = (
    Sort("name", "Name", "name", "text"),
    Sort("used", "Last call", "last_used_at", "time", gaps=True, down=True),
    Sort("ends", "Ends", "expires_at", "time", gaps=True),
)


def areas(scopes: Iterable[str]) -> str:
    """Return scopes as people read them: "orders read and write, stock read"."""
    rights: dict[str, list[str]] = {}
    for scope in scopes:
        area, _, right = scope.partition(":")
        rights.setdefault(area, []).append(right)
    return ", ".join(f"{area} {' and '.join(sorted(words))}" for area, words in rights.items())


def state_of(client: ApiClient, at: datetime) -> tuple[str, str]:
    """Return (tone, words) of how a client stands."""
    if not client.is_active:
        return "bad", "Revoked"
    if client.expires_at is not None and client.expires_at <= at:
        return "bad", "Ended"
    if client.expires_at is not None and client.expires_at <= at + _SOON:
        return "warn", "Ends soon"
    return "good", "Live"


def _asked(asked: QueryDict, at: datetime) -> "QuerySet[ApiClient]":
    open_end = Q(expires_at__isnull=True) | Q(expires_at__gt=at)
    narrowed = {
        "live": Q(is_active=True) & open_end,
        "ending": Q(is_active=True, expires_at__gt=at, expires_at__lte=at + _SOON),
        "ended": Q(is_active=True, expires_at__lte=at),
        "revoked": Q(is_active=False),
    }.get(asked.get("state", ""), Q())
    words = asked.get("q", "").strip().replace("\x00", "")
    found = Q(name__icontains=words) | Q(description__icontains=words) | Q(prefix=words) if words else Q()
    return ApiClient.objects.filter(narrowed, found)


class Clients(ConsolePage):
    """Every client with its rights, its end and its last call."""

    title = "API clients"
    template_name = "console/clients.html"
    permission_required = "kernel.view_apiclient"
    reach = Reach.NETWORK

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Show one page, or send all as CSV."""
        if request.GET.get("format") == "csv":
            header = (
                "name",
                "description",
                "state",
                "scopes",
                "nodes",
                "channels",
                "calls a minute",
                "ends",
                "last call",
                "made by",
            )
            at = timezone.now()
            rows = _asked(request.GET, at).order_by("name").iterator()
            return csv_answer("api-clients", header, (_line(one, at) for one in rows))
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add one page of clients."""
        at, asked = timezone.now(), self.request.GET
        sorting = Sorting(asked, SORTS, default="name")
        page = sorting.page(_asked(asked, at))
        rows = [(one, *state_of(one, at), areas(one.scopes)) for one in page.rows]
        narrowed = bool(asked.get("q") or asked.get("state"))
        return super().get_context_data(
            page=page,
            sorting=sorting,
            rows=rows,
            at=at,
            asked=asked,
            states=STATES.items(),
            narrowed=narrowed,
            **kwargs,
        )


def _line(one: ApiClient, at: datetime) -> tuple[object, ...]:
    return (
        one.name, one.description, state_of(one, at)[1], " ".join(one.scopes), " ".join(one.node_codes),
        " ".join(one.channel_codes), one.calls_per_minute, one.expires_at, one.last_used_at, one.created_by,
    )  # fmt: skip


class ClientPage(ConsolePage):
    """One client: what it may do, its endpoints, and who changed what."""

    template_name = "console/client.html"
    permission_required = "kernel.view_apiclient"
    reach = Reach.NETWORK

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the client."""
        client = get_object_or_404(ApiClient, prefix=kwargs["prefix"])
        self.title, at = client.name, timezone.now()
        granted = [(scope, scope in client.scopes) for scope in ALL_SCOPES]
        rights = [(scope.partition(":")[0], read, write) for (scope, read), (_, write) in _pairs(granted)]
        endpoints = WebhookEndpoint.objects.filter(client=client, deleted_at__isnull=True).order_by("id")
        overlaps = client.previous_until is not None and client.previous_until > at
        return super().get_context_data(
            client=client, state=state_of(client, at), rights=rights, endpoints=endpoints, overlaps=overlaps, at=at,
            hears=client.is_active and Scope.EVENTS_READ in client.scopes,
            history=told(changes_of(clients.KIND, client.name)[:_HISTORY]), limit=settings.API_CALLS_PER_MINUTE,
            **kwargs,
        )  # fmt: skip


def _pairs(granted: list[tuple[str, bool]]) -> Iterable[tuple[tuple[str, bool], tuple[str, bool]]]:
    return zip(granted[::2], granted[1::2], strict=True)


class RightsForm(SeenForm):
    """What a client may do."""

    title: ClassVar[str] = "Change what it may do"
    help_text: ClassVar[str] = "Counts from the client's next call on."

    description = forms.CharField(label="What it is for", max_length=200, required=False)
    scopes = Many("What it may do", "Writing does not include reading.")
    node_codes = Many("Nodes", "Nothing ticked: every node.", filtered=True)
    channel_codes = Many(
        "Channels", "Nothing ticked: every channel. A key of some channels sees nothing of the others.", filtered=True
    )
    expires_on = forms.DateField(
        label="Last day", required=False, help_text="Empty: it does not end.",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )  # fmt: skip
    calls_per_minute = forms.IntegerField(
        label="Calls a minute", required=False, min_value=1, max_value=10_000_000,
        help_text="Empty: what the installation allows every client.",
    )  # fmt: skip

    def prepare(self, subject: str) -> None:
        """Fill in what the client may do."""
        fields: Any = self.fields
        fields["scopes"].choices = [(scope, scope.replace(":", ": ")) for scope in ALL_SCOPES]
        client = ApiClient.objects.filter(prefix=subject).first() if subject else None
        fields["node_codes"].choices = _choices(Node.objects.all(), client.node_codes if client else [])
        fields["channel_codes"].choices = _choices(Channel.objects.all(), client.channel_codes if client else [])
        if client is not None:
            self.begin(subject)

    def now(self, subject: str) -> Mapping[str, Any]:
        """Return what the client may do."""
        client = get_object_or_404(ApiClient, prefix=subject)
        plain = ("description", "scopes", "node_codes", "channel_codes", "calls_per_minute")
        return {**{name: getattr(client, name) for name in plain}, "expires_on": _last_day(client.expires_at)}

    def hold(self, subject: str) -> None:
        """Lock the client."""
        lock_api_client(get_object_or_404(ApiClient, prefix=subject).name)

    def changed_by(self, subject: str) -> str:
        """Return whom the record names."""
        return last_change(clients.KIND, get_object_or_404(ApiClient, prefix=subject).name)

    def clean_scopes(self) -> list[str]:
        """Refuse a client that could do nothing."""
        if not self.cleaned_data["scopes"]:
            raise forms.ValidationError("Tick what it may do.")
        return list(self.cleaned_data["scopes"])

    def rights(self) -> Rights:
        """Return what was typed."""
        told = self.cleaned_data
        return Rights(
            told["scopes"], told["node_codes"], _end_of(told["expires_on"]), told["calls_per_minute"],
            told["description"], told["channel_codes"],
        )  # fmt: skip

    def carry_out(self, subject: str, *, at: datetime, actor: str) -> str:
        """Write the rights; return what happened, in words."""
        self.join(subject)
        name = get_object_or_404(ApiClient, prefix=subject).name
        changed = clients.change_client(name, self.rights(), at=at, actor=actor)
        return f"{name} is saved." if changed else f"{name} is as it was; nothing was changed."


def _choices(rows: "QuerySet[Any]", known: Iterable[str]) -> list[tuple[str, str]]:
    """Return what can be ticked: what there is, and what was ticked and is gone, so that saving loses nothing."""
    names = dict.fromkeys(known, "") | dict(rows.values_list("code", "name"))
    return [(code, f"{code} {name}".strip()) for code, name in sorted(names.items())]


def _end_of(day: Any) -> datetime | None:
    """Return the instant at which the day `day` is over here."""
    return None if day is None else datetime.combine(day + timedelta(days=1), time.min, ZoneInfo(settings.TIME_ZONE))


def _last_day(until: datetime | None) -> Any:
    return None if until is None else (timezone.localtime(until) - timedelta(microseconds=1)).date()


class NewClientForm(RightsForm):
    """A client that is not there yet."""

    title = "New API client"
    help_text = "The key is shown once, on the next page. Hand it over by a way that nobody else reads."
    submit = "Make the key"

    name = forms.CharField(label="Name", max_length=100, help_text="Who it is, such as web-shop or acme-erp.")
    field_order = ["name"]

    def carry_out(self, subject: str, *, at: datetime, actor: str) -> str:
        """Make the client; return its key."""
        return clients.create_client(self.cleaned_data["name"], self.rights(), at=at, actor=actor)


class RotateForm(ActionForm):
    """How long the old key works on."""

    title = "Rotate the key"
    help_text = "A new key is made and shown once. Both work until the time is over."
    submit = "Make a new key"

    hours = forms.TypedChoiceField(
        label="The old key works for", coerce=int, initial=24,
        choices=[(0, "no longer at all"), (1, "1 more hour"), (24, "1 more day"), (168, "7 more days")],
    )  # fmt: skip

    def carry_out(self, subject: str, *, at: datetime, actor: str) -> str:
        """Rotate; return the new key."""
        name = get_object_or_404(ApiClient, prefix=subject).name
        return clients.rotate_key(name, at=at, actor=actor, overlap=timedelta(hours=self.cleaned_data["hours"]))


class ReadmitForm(ActionForm):
    """A revoked client comes back."""

    title = "Let it in again"
    help_text = "It gets a new key, shown once; no earlier key works. What it may do stays as it was."
    submit = "Make a new key"

    def carry_out(self, subject: str, *, at: datetime, actor: str) -> str:
        """Let it in; return the new key."""
        return clients.readmit_client(get_object_or_404(ApiClient, prefix=subject).name, at=at, actor=actor)


class RevokeForm(ActionForm):
    """Nobody gets in under this client any more."""

    title = "Revoke the client"
    help_text = "Every call under its keys is refused from now on, and its webhook endpoints hear nothing."
    submit = "Revoke it"
    dangerous = True

    def carry_out(self, subject: str, *, at: datetime, actor: str) -> str:
        """Revoke; return what happened, in words."""
        name = get_object_or_404(ApiClient, prefix=subject).name
        clients.revoke_client(name, at=at, actor=actor)
        return f"{name} is revoked."


class ClientAction(ConsoleAction):
    """Carries out one form about a client and goes back to it."""

    permission_required = "kernel.change_apiclient"
    reach = Reach.NETWORK
    audited_as = ""
    subject_name = "prefix"
    template_name = "console/fields.html"
    forms: ClassVar[Mapping[str, type[ActionForm]]] = {"edit": RightsForm, "revoke": RevokeForm}

    def back(self) -> str:
        """Return the client's page, or the list where there is none yet."""
        return reverse("console:client", args=[self.subject]) if self.subject else reverse("console:clients")


class KeyAction(ClientAction):
    """Carries out a form that makes a key, and shows the key on the answer itself: it is kept nowhere."""

    forms = {"new": NewClientForm, "rotate": RotateForm, "readmit": ReadmitForm}

    def done(self, request: HttpRequest, answer: str) -> HttpResponseBase:
        """Show the key once; neither a cookie nor a session carries it."""
        prefix = answer.split("_")[1]
        client = ApiClient.objects.get(prefix=prefix)
        shown: HttpResponse = render(
            request, "console/key.html", {**self.frame(), "title": client.name, "client": client, "key": answer}
        )
        shown["Cache-Control"] = "no-store"
        return shown
