"""Incoming supply: what arrives when, what claims it, and what is late."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.db.models import QuerySet
from django.http import Http404
from django.urls import reverse
from django.utils import timezone

from dom.console.acting import ActionForm, ConsoleAction
from dom.console.exporting import MOST_ROWS, ExportedPage
from dom.console.pages import ConsolePage
from dom.console.reach import Reach
from dom.console.seeing import SeenForm, last_change
from dom.console.sorting import Sort, Sorting
from dom.kernel import config
from dom.kernel.words import many
from inventory.models import IncomingSupply, Reservation
from inventory.selectors.stock_lists import supplies
from inventory.services import SupplyRow, receive_supply, upsert_incoming_supply
from orders.selectors.demands import opened, orders_of

VIEWS = (("open", "Open"), ("late", "Late"), ("week", "Next 7 days"), ("closed", "Closed"))
_CLAIMS = 200
SORTS = (
    Sort("announced", "Announced", "id", "age"),
    Sort("source", "Source", "source_ref"),
    Sort("sku", "SKU", "sku__code"),
    Sort("node", "Node", "node__code"),
    Sort("expected", "Expected", "expected_at", "time"),
    Sort("quantity", "Units", "quantity", "number", down=True),
    Sort("claimed", "Claimed", "reserved", "number", down=True),
)


class Supplies(ExportedPage):
    """Supply by its date."""

    title = "Incoming supply"
    template_name = "console/supplies.html"
    permission_required = "inventory.view_incomingsupply"
    reach = Reach.OWN_NODES
    file_name = "incoming-supply"
    columns = ("source_ref", "sku", "node", "quantity", "expected_at", "received", "reserved")

    def lines(self) -> Iterator[Sequence[object]]:
        """Yield supply as a file brings it in, the latest announced first."""
        for one in self._rows()[:MOST_ROWS].iterator(chunk_size=1_000):
            due = one.expected_at.isoformat()
            yield one.source_ref, one.sku.code, one.node.code, one.quantity, due, one.received, one.reserved

    def _rows(self) -> "QuerySet[IncomingSupply]":
        asked = self.request.GET
        named = {name: asked.get(name, "").strip() for name in ("sku", "node", "source")}
        return self.within(supplies(view=asked.get("view", "open"), at=timezone.now(), **named))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add one page of supply."""
        asked = self.request.GET
        sorting = Sorting(asked, SORTS, default="announced")
        return super().get_context_data(
            page=sorting.page(self._rows()),
            sorting=sorting,
            asked=asked,
            at=timezone.now(),
            view=asked.get("view", "open"),
            views=VIEWS,
            nodes=self.node_codes(),
            **kwargs,
        )


def supply_or_404(number: str) -> IncomingSupply:
    """Return the supply of the page's address."""
    found = IncomingSupply.objects.filter(id=number).select_related("sku", "node").first()
    if found is None:
        raise Http404("There is no such supply.")
    return found


class SupplyPage(ConsolePage):
    """One supply and whose it is already."""

    template_name = "console/supply.html"
    permission_required = "inventory.view_incomingsupply"
    reach = Reach.OWN_NODES

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the supply with its claims, those that are served first at the top."""
        supply = supply_or_404(kwargs["number"])
        self.must_reach(supply.node_id, what="such supply")
        self.title = f"{supply.source_ref} · {supply.sku.code}"
        rows = Reservation.objects.filter(supply=supply).select_related("channel")
        claims = list(rows.order_by("-priority", "created_at", "id")[:_CLAIMS])
        orders = orders_of([row.demand_ref for row in claims])
        return super().get_context_data(
            **kwargs | {"supply": supply},
            at=timezone.now(),
            left=supply.quantity - supply.received,
            claims=claims,
            orders=orders,
            opened=opened(orders.values(), self.among(None)),
            is_transfer=supply.source_ref.startswith("T-"),
        )


class MoveForm(SeenForm):
    """Another date or quantity."""

    title = "Change what was announced"
    help_text = "Claims that fewer units cannot serve, or that cannot wait so long, end; their orders are tried again."
    submit = "Change it"

    quantity = forms.IntegerField(label="Units altogether", min_value=0, max_value=1_000_000_000)
    expected_at = forms.DateTimeField(
        label="Expected at", help_text="In the node's own time.",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )  # fmt: skip

    def prepare(self, subject: str) -> None:
        """Begin with what was announced."""
        self.begin(subject)

    def now(self, subject: str) -> Mapping[str, Any]:
        """Return what was announced, by the node's own clock."""
        supply = supply_or_404(subject)
        local = supply.expected_at.astimezone(ZoneInfo(supply.node.time_zone)).replace(tzinfo=None)
        return {"quantity": supply.quantity, "expected_at": local}

    def hold(self, subject: str) -> None:
        """Let two who change announcements in forms queue up."""
        config.tick()

    def changed_by(self, subject: str) -> str:
        """Return whom the record names."""
        return last_change("supply", subject)

    def carry_out(self, subject: str, *, at: datetime, actor: str) -> str:
        """Change it; return what happened, in words."""
        self.join(subject)
        supply, told = supply_or_404(subject), self.cleaned_data
        then = told["expected_at"].replace(tzinfo=ZoneInfo(supply.node.time_zone))
        row = SupplyRow(supply.source_ref, supply.sku_id, supply.node_id, told["quantity"], then)
        freed = upsert_incoming_supply(rows=[row], at=at, actor=actor)
        return f"Changed. {many(len(freed), 'claim')} ended." if freed else "Changed; every claim on it stays."


class ReceiveForm(ActionForm):
    """How much of it came in."""

    title = "Take supply in"
    help_text = "It is on hand then; claims on it become claims on hand, higher priority first."
    submit = "Take it in"

    units = forms.IntegerField(min_value=0, max_value=1_000_000_000)
    final = forms.BooleanField(label="Nothing more of it will come", required=False)

    def prepare(self, subject: str) -> None:
        """Begin with all that is left."""
        supply = supply_or_404(subject)
        self.initial.setdefault("units", max(0, supply.quantity - supply.received))

    def carry_out(self, subject: str, *, at: datetime, actor: str) -> str:
        """Take it in; return what happened, in words."""
        supply, units = supply_or_404(subject), self.cleaned_data["units"]
        freed = receive_supply(
            source_ref=supply.source_ref, sku_id=supply.sku_id, node_id=supply.node_id, quantity=units,
            final=self.cleaned_data["final"], at=at, actor=actor,
        )  # fmt: skip
        return f"{many(units, 'unit')} taken in." + (f" {many(len(freed), 'claim')} ended." if freed else "")


FORMS: Mapping[str, type[ActionForm]] = {"change": MoveForm, "receive": ReceiveForm}


class SupplyAction(ConsoleAction):
    """Carries out one form of a supply's page; what a transfer brings is taken in on the transfer's page."""

    forms = FORMS
    permission_required = "inventory.change_incomingsupply"
    reach = Reach.OWN_NODES
    audited_as = "supply"
    subject_name = "number"

    def find(self) -> None:
        """Refuse what nobody knows, and transfers, before anything is typed."""
        supply = supply_or_404(self.subject)
        self.must_reach(supply.node_id, what="such supply")
        if supply.source_ref.startswith("T-"):
            raise Http404("A transfer is taken in on its own page.")

    def back(self) -> str:
        """Return the supply's page."""
        return reverse("console:supply", args=[self.subject])
