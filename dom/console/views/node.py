"""One node: where it is, when it works, what it can take, what waits there, and what people did to it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.db.models import Count, QuerySet
from django.http import Http404
from django.urls import reverse
from django.utils import timezone

from dom.console.acting import ActionForm, ConsoleAction
from dom.console.opening import calendar_of, live_calendars, opening, said
from dom.console.pages import FreshPage
from dom.console.reach import Reach
from dom.console.seeing import SeenForm, last_change
from dom.kernel import config
from inventory.models import Node, NodeDay
from inventory.rules import work_words
from inventory.selectors.node_page import Day, coming_days, happened, short_levels
from inventory.selectors.stock_lists import supplies
from inventory.services import nodes
from orders.models import FulfillmentOrder
from orders.states import CLOSED
from routing.core.config.calendar import Calendar

_DAYS = 7
#: The locator's frame in degrees and its size; a degree of longitude is drawn shorter than one of latitude.
_PADDING, _STRETCH, _WIDTH = 3.0, 1.27, 360
_PLACE = ("code", "latitude", "longitude")


def node_or_404(code: str) -> Node:
    """Return the node of the page's address."""
    node = Node.objects.filter(code=code).first()
    if node is None:
        raise Http404(f"There is no node {code}.")
    return node


@dataclass(frozen=True, slots=True)
class Dot:
    """A node on the locator."""

    code: str
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Locator:
    """All nodes as dots in a frame, and the one that the page is about; None where it has no coordinates."""

    width: int
    height: int
    dots: list[Dot]
    here: Dot


class NodePage(FreshPage):
    """Everything about one node on one page."""

    template_name = "console/node.html"
    permission_required = "inventory.view_node"
    reach = Reach.OWN_NODES

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the node, in its own time."""
        node, at = node_or_404(kwargs["code"]), timezone.now()
        self.must_reach(node.id, what=f"node {node.code}")
        self.title = node.name or node.code
        here = at.astimezone(ZoneInfo(node.time_zone))
        calendars = live_calendars()
        calendar = calendar_of(node, calendars)
        return super().get_context_data(
            **kwargs,
            node=node,
            at=at,
            opening=opening(node, calendars, at=at),
            calendar=_coming(calendar, here.date()).describe(),
            days=_days(node, calendar, here.date()),
            work=_work(node),
            short=short_levels(node) if self.request.user.has_perm("inventory.view_stocklevel") else [],
            supplies=list(supplies(view="open", node=node.code, at=at).order_by("expected_at", "id")[:8]),
            happened=happened(node),
            locator=_locator(node, self.within(Node.objects.all(), "id")),
        )


def _coming(calendar: Calendar, today: date) -> Calendar:
    """Return the calendar without the holidays and special hours that are over."""
    holidays = frozenset(day for day in calendar.holidays if day >= today)
    special = {day: span for day, span in calendar.special_hours.items() if day >= today}
    return replace(calendar, holidays=holidays, special_hours=special)


def _days(node: Node, calendar: Calendar, first: date) -> list[tuple[Day, str]]:
    """Return the coming days with the node's hours, "" where it stays closed."""
    days = coming_days(node, first=first, count=_DAYS)
    spans = [calendar.open_on(one.day) for one in days]
    return [(day, said(span) if span else "") for day, span in zip(days, spans, strict=True)]


def _work(node: Node) -> list[tuple[str, str, int]]:
    rows = FulfillmentOrder.objects.filter(node=node).exclude(status__in=CLOSED)
    found = dict(rows.values_list("status").annotate(count=Count("id")).order_by())
    return [(code, label, found[code]) for code, label in FulfillmentOrder.Status.choices if code in found]


def _locator(node: Node, others: "QuerySet[Node]") -> Locator | None:
    if node.latitude is None or node.longitude is None:
        return None
    rows = others.filter(latitude__isnull=False, longitude__isnull=False, country=node.country)
    rows = rows.exclude(status=Node.Status.CLOSED)
    found = [(code, float(north or 0), float(east or 0)) for code, north, east in rows.values_list(*_PLACE)]
    found.append((node.code, node.latitude, node.longitude))
    west = min(longitude for _, _, longitude in found) - _PADDING
    east = max(longitude for _, _, longitude in found) + _PADDING
    south, north = min(row[1] for row in found) - _PADDING, max(row[1] for row in found) + _PADDING
    scale = _WIDTH / (east - west)
    dots = [
        Dot(code, round((longitude - west) * scale, 1), round((north - latitude) * scale * _STRETCH, 1))
        for code, latitude, longitude in found
    ]
    return Locator(_WIDTH, round((north - south) * scale * _STRETCH), dots[:-1], dots[-1])


REASONS = (
    ("Too much work", "Too much work"), ("Too few people", "Too few people"), ("Weather", "Weather"),
    ("Power or network is down", "Power or network is down"), ("Stock has to be counted", "Stock has to be counted"),
    ("Carrier does not come", "Carrier does not come"), ("Something else", "Something else"),
)  # fmt: skip


class NodeForm(ActionForm):
    """What every form about a node shares: a reason, and a note that goes with it."""

    reason = forms.ChoiceField(choices=REASONS)
    note = forms.CharField(label="Note", max_length=120, required=False)

    order = ("reason", "note")

    def prepare(self, subject: str) -> None:
        """Put the reason last."""
        self.order_fields([name for name in self.fields if name not in self.order] + list(self.order))

    def why(self) -> str:
        """Return reason and note in one line."""
        note = self.cleaned_data["note"]
        return f"{self.cleaned_data['reason']}: {note}" if note else str(self.cleaned_data["reason"])


class PauseForm(NodeForm):
    """Until when the node gets no new work."""

    title = "Pause the node"
    help_text = "It gets no new work within seconds, and nothing there is promised. Work that it has stays there."
    submit = "Pause it"
    dangerous = True

    span = forms.ChoiceField(
        label="For how long",
        choices=(
            ("1", "one hour"), ("2", "two hours"), ("4", "four hours"), ("day", "the rest of its day"),
            ("until", "until a time that I say"), ("open", "until somebody resumes it"),
        ),
    )  # fmt: skip
    until = forms.DateTimeField(
        label="Until", required=False, help_text="In the node's own time; only with “until a time that I say”.",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """Want a time where one was promised."""
        told: dict[str, Any] = super().clean() or {}
        if told.get("span") == "until" and not told.get("until"):
            self.add_error("until", "Say until when.")
        return told

    def carry_out(self, subject: str, *, at: datetime, actor: str) -> str:
        """Pause; return what happened, in words."""
        zone = ZoneInfo(Node.objects.get(code=subject).time_zone)
        until = self._until(at.astimezone(zone), zone)
        nodes.pause_node(code=subject, until=until, reason=self.why(), at=at, actor=actor)
        if until is None:
            return f"{subject} is paused until somebody resumes it."
        return f"{subject} is paused until {until.astimezone(zone):%d %b %H:%M %Z}, then comes back by itself."

    def _until(self, here: datetime, zone: ZoneInfo) -> datetime | None:
        span = self.cleaned_data["span"]
        if span == "open":
            return None
        if span == "day":
            return datetime.combine(here.date() + timedelta(days=1), time(), zone)
        if span == "until":
            told: datetime = self.cleaned_data["until"]
            return told.replace(tzinfo=zone)
        return here + timedelta(hours=int(span))


class ResumeForm(NodeForm):
    """Why the node goes on."""

    title = "Resume the node"
    help_text = "It gets new work again within seconds; what waited for stock is tried again."
    submit = "Resume it"

    reason = forms.CharField(initial="Back to normal", max_length=120)  # type: ignore[assignment]  # words, not a choice

    def carry_out(self, subject: str, *, at: datetime, actor: str) -> str:
        """Resume; return what happened, in words."""
        nodes.resume_node(code=subject, reason=self.why(), at=at, actor=actor)
        return f"{subject} gets work again."


class MethodsForm(SeenForm, NodeForm):
    """By which methods the node gets goods to customers."""

    title = "Switch methods"
    help_text = "What is switched off is neither offered nor routed here any more. Work that it has stays there."
    submit = "Switch"

    methods = forms.MultipleChoiceField(
        choices=Node.Method.choices, widget=forms.CheckboxSelectMultiple, required=False
    )

    def prepare(self, subject: str) -> None:
        """Tick what is on."""
        super().prepare(subject)
        self.begin(subject)

    def now(self, subject: str) -> Mapping[str, Any]:
        """Return what is on."""
        return {"methods": Node.objects.get(code=subject).methods}

    def hold(self, subject: str) -> None:
        """Let two who change nodes queue up."""
        config.tick()

    def changed_by(self, subject: str) -> str:
        """Return whom the record names."""
        return last_change("nodes", subject)

    def carry_out(self, subject: str, *, at: datetime, actor: str) -> str:
        """Switch; return what happened, in words."""
        self.join(subject)
        chosen = self.cleaned_data["methods"]
        nodes.switch_methods(code=subject, methods=chosen, reason=self.why(), at=at, actor=actor)
        words = dict(Node.Method.choices)
        return f"{subject} offers {', '.join(str(words[one]).lower() for one in chosen) or 'nothing'}."


class CapacityForm(NodeForm):
    """How much the node takes on one day."""

    title = "Change what a day takes"
    help_text = "Counts for this day alone. What is planned beyond it stays; nothing more is added."
    submit = "Set it"

    day = forms.DateField(widget=forms.DateInput(attrs={"type": "date"}))
    unit = forms.ChoiceField(label="Counted in", choices=NodeDay.Unit.choices)
    limit = forms.IntegerField(
        label="At most", required=False, min_value=0, max_value=1_000_000, help_text="Empty goes back to the usual."
    )

    def prepare(self, subject: str) -> None:
        """Begin with the node's own today."""
        super().prepare(subject)
        zone = ZoneInfo(Node.objects.get(code=subject).time_zone)
        self.initial.setdefault("day", timezone.now().astimezone(zone).date())

    def carry_out(self, subject: str, *, at: datetime, actor: str) -> str:
        """Set it; return what happened, in words."""
        told = self.cleaned_data
        nodes.limit_day(
            code=subject, day=told["day"], unit=told["unit"], limit=told["limit"], reason=self.why(), at=at, actor=actor
        )
        if told["limit"] is None:
            return f"{subject} takes the usual on {told['day']:%d %b}."
        return f"{subject} takes at most {work_words(told['limit'], told['unit'])} on {told['day']:%d %b}."


FORMS: Mapping[str, type[NodeForm]] = {
    "pause": PauseForm,
    "resume": ResumeForm,
    "methods": MethodsForm,
    "capacity": CapacityForm,
}


class NodeAction(ConsoleAction):
    """Carries out one form of the node page and goes back to it."""

    forms = FORMS
    permission_required = "inventory.change_node"
    reach = Reach.OWN_NODES
    audited_as = "nodes"
    subject_name = "code"

    def find(self) -> None:
        """Refuse a node that nobody knows, or that lies beyond reach, before anything is typed."""
        node = node_or_404(self.subject)
        self.must_reach(node.id, what=f"node {node.code}")

    def back(self) -> str:
        """Return the node's page."""
        return reverse("console:node", args=[self.subject])
