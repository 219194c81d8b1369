"""Where stock is, as merchandisers and operations keep it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, Q, QuerySet
from django.utils.safestring import SafeString

from dom.console.masters import cells
from dom.console.masters.form import MasterForm, Part, Row
from dom.console.masters.master import Column, Filter, Link, Master, Switch, named, tags
from dom.console.templatetags.console import state
from dom.kernel import config
from dom.kernel.words import many
from inventory.api.feeds import NODES
from inventory.api.shapes import NodeShape
from inventory.models import Channel, Node, NodeGroup, Sku, StockLevel
from orders.models import FulfillmentOrder
from orders.states import CLOSED, UNTOUCHED


class NodeForm(MasterForm):
    """All facts of one node."""

    title = "Node"
    word = "node"
    help_text = (
        "A node is a place that holds stock and can ship it or hand it over: a distribution center, a store, a 3PL or "
        "a supplier. Routing chooses among active nodes by what stands here."
    )
    feed = NODES
    parts = (
        Part("What it is", "", ("code", "name", "kind", "tags")),
        Part("Whether it works", "A paused node keeps its work and gets no new one.", ("status", "paused_until")),
        Part("Where it is", "Distances are measured from here; without latitude and longitude the postal code counts.",
             ("line1", "city", "region", "postal_code", "country", "latitude", "longitude", "time_zone")),
        Part("When it works", "Hours, holidays, cut-offs and a supplier's lead time stand in the calendar.",
             ("calendar", "must_acknowledge", "release_minutes", "accept_minutes")),
        Part("What it can do", "What a node cannot handle is never sent there.",
             ("methods", "temperature_classes", "hazmat_classes", "max_piece_grams", "handles_oversize")),
        Part("What its work costs", "In your main currency. The engine adds them to freight.",
             ("fulfillment_cost", "line_cost", "unit_cost", "failed_pick_ppm")),
        Part("How it counts stock", "", ("feed_basis",)),
    )  # fmt: skip

    code = cells.Code("Code", "What feeds and partners call it. It never changes afterwards.")
    name = cells.Text("Name", "What customers and colleagues read.")
    kind = cells.Choice("Sort of place", choices=(("", "Choose one"), *Node.Kind.choices))
    tags = cells.Words("Tags", "Separated by commas, such as flagship, overstock. Rules prefer or avoid nodes by them.")
    status = cells.Choice("State", "A closed node is gone from routing and availability.", choices=Node.Status.choices)
    paused_until = cells.Moment("Paused until", "In the node's own time. Empty: until somebody ends it.")
    line1 = cells.Text("Street")
    city = cells.Text("City")
    region = cells.Text("State or region", hint="NV")
    postal_code = cells.Text("Postal code")
    country = cells.Text("Country", "Two letters, such as US.")
    latitude = cells.Decimal("Latitude", unit="°")
    longitude = cells.Decimal("Longitude", unit="°")
    time_zone = cells.Text("Time zone", "Such as America/New_York; hours and cut-offs are in it.")
    calendar = cells.Choice("Calendar")
    must_acknowledge = cells.Flag(
        "Must accept its work", "Work begins once somebody there accepts it; stores usually do."
    )
    release_minutes = cells.Number(
        "Gets its work so long before it leaves",
        "Until then the plan may still change. Empty: it may begin as soon as something is planned.", unit="minutes",
    )  # fmt: skip
    accept_minutes = cells.Number(
        "Has so long to accept", "Opening hours only; after that the work goes elsewhere. Empty: no limit.",
        unit="minutes",
    )  # fmt: skip
    methods = cells.Many("Ways to the customer", choices=Node.Method.choices)
    temperature_classes = cells.Many("Temperatures it keeps", choices=Sku.Temperature.choices)
    hazmat_classes = cells.Words("Hazmat classes it may hold", "Separated by commas, such as 3, 9.")
    max_piece_grams = cells.Number("Heaviest piece", "Empty: no limit.", unit="g")
    handles_oversize = cells.Flag("Handles bulky goods")
    fulfillment_cost = cells.Price("An order", unit="each")
    line_cost = cells.Price("A line of it", unit="each")
    unit_cost = cells.Price("A unit", unit="each")
    failed_pick_ppm = cells.Number("Picks that fail", "Of a million; 40,000 are 4 %.", unit="of 1,000,000")
    feed_basis = cells.Choice(
        "Its stock feed counts", "Everything on the shelf, or only what is free of the orders it knows.",
        choices=Node.FeedBasis.choices,
    )  # fmt: skip

    def prepare(self, subject: str) -> None:
        """Offer the calendars that are live."""
        self._zone = "UTC"
        calendars = [(code, code) for code in config.live_versions("calendar")]
        field: Any = self.fields["calendar"]
        field.choices = [("", "Always open, cut-off 16:00"), *calendars]
        super().prepare(subject)
        known = self.initial.get("calendar")
        if known and known not in dict(calendars):
            field.choices = [*field.choices, (known, f"{known} (not published)")]

    def fill(self, row: Row) -> None:
        """Show the end of a pause in the node's own time."""
        super().fill(row)
        if row.get("paused_until"):
            there = datetime.fromisoformat(row["paused_until"]).astimezone(ZoneInfo(row["time_zone"]))
            self.initial["paused_until"] = there.strftime("%Y-%m-%dT%H:%M")

    def asked(self, told: Mapping[str, Any]) -> Row:
        """Return the row with the end of a pause as an instant."""
        row = super().asked(told)
        moment: Any = self.fields["paused_until"]
        row["paused_until"] = moment.in_zone(told.get("paused_until"), str(told.get("time_zone") or "UTC"))
        return {**row, "calendar": row.get("calendar") or ""}

    @classmethod
    def current(cls, subject: str) -> Row | None:
        """Return the node as the API shows it."""
        node = Node.objects.filter(code=subject).first()
        return None if node is None else NodeShape().to_representation(node)


def _found(rows: "QuerySet[Node]", text: str) -> "QuerySet[Node]":
    words = Q(code__istartswith=text) | Q(name__icontains=text) | Q(city__istartswith=text)
    return rows.filter(words | Q(postal_code__startswith=text) | Q(tags__contains=[text]))


def _place(node: Node) -> SafeString:
    return named(", ".join(filter(None, (node.city, node.region, node.country))), node.time_zone)


def _related(code: str) -> list[Link]:
    groups = NodeGroup.objects.filter(nodes__code=code).order_by("code")[:50]
    channels = Channel.objects.filter(node_group__nodes__code=code).order_by("code")[:50]
    return [
        *(Link(f"In group {group.name or group.code}", "node-groups", group.code) for group in groups),
        *(Link(f"Sells to {channel.name or channel.code}", "channels", channel.code) for channel in channels),
    ]


def _what_closes(code: str) -> list[str]:
    work = FulfillmentOrder.objects.filter(node__code=code).exclude(status__in=CLOSED)
    resting = work.filter(status__in=UNTOUCHED).count()
    begun = work.count() - resting
    skus = StockLevel.objects.filter(node__code=code, on_hand__gt=0).count()
    told = [f"{code} gets no new work, and its stock ({many(skus, 'SKU')}) is no longer available on any channel."]
    if resting:
        told.append(f"{many(resting, 'fulfillment order')} that nobody has begun: routed elsewhere within a minute.")
    if begun:
        told.append(f"{many(begun, 'fulfillment order')} under way stay there: finish or reject them.")
    return told if resting or begun else [*told, "No work is open there."]


MASTER = Master(
    slug="nodes",
    words="Node records",
    about="Places that hold stock and can ship or hand over: distribution centers, stores, 3PLs and suppliers.",
    form=NodeForm,
    model=Node,
    rows=lambda: Node.objects.annotate(group_count=Count("groups")),
    found=_found,
    search="Code, name, city, postal code or tag",
    columns=(
        Column("Name", lambda node: node.name, by="name"),
        Column("Kind", lambda node: str(node.get_kind_display()), by="kind"),
        Column("State", lambda node: state(node.status, node.get_status_display()), by="status"),
        Column("Place", _place, by="city"),
        Column("Ways", lambda node: tags(dict(Node.Method.choices)[way] for way in node.methods)),
        Column("Calendar", lambda node: node.calendar or "always open", by="calendar"),
        Column("Groups", lambda node: str(node.group_count), number=True, by="group_count"),
    ),
    filters=(
        Filter("kind", "Sort of place", lambda: Node.Kind.choices, lambda to: Q(kind=to)),
        Filter("status", "State", lambda: Node.Status.choices, lambda to: Q(status=to)),
        Filter(
            "group", "Group",
            lambda: NodeGroup.objects.order_by("code").values_list("code", "code")[:200],
            lambda to: Q(id__in=NodeGroup.objects.filter(code=to).values("nodes")),
        ),
    ),
    related=_related,
    blank={
        "status": "ACTIVE", "methods": ["SHIP"], "temperature_classes": ["AMBIENT"], "handles_oversize": True,
        "country": "US", "time_zone": "UTC", "feed_basis": "ON_HAND",
    },
    switches=(
        Switch("close", "Close", "status", "CLOSED", _what_closes, lambda row: row["status"] != "CLOSED"),
        Switch(
            "reopen", "Open again", "status", "ACTIVE",
            lambda code: [f"{code} gets work again, and its stock is available at once."],
            lambda row: row["status"] != "ACTIVE",
        ),
    ),
)  # fmt: skip
