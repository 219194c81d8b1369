"""One SKU: where it is, what may be sold to whom and why, what arrives, and what happened to it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.http import Http404, HttpRequest
from django.utils import timezone

from dom.console.exporting import csv_answer
from dom.console.pages import ConsolePage, FreshPage
from dom.console.reach import Reach
from dom.console.sorting import Sort, Sorting, is_bounded
from inventory.models import Reservation, Sku, StockMovement
from inventory.rules import METHODS
from inventory.selectors import explain_ats, network, offers
from inventory.selectors.places import Placed, Sums, sums, where, where_at
from inventory.selectors.stock_lists import movements, queued, reservations, supplies
from orders.selectors.demands import opened, orders_of

_LATEST = 8
#: How far back the ledger's page looks; each is the days and what the choice is called.
_SPANS = ((30, "30 days"), (90, "90 days"), (365, "a year"))
#: So many rows of one SKU may be put into any order while somebody waits.
_MOST_SORTED = 10_000
_WHEN = Sort("when", "When", "id", "age")
_MOVED = (
    Sort("units", "On hand", "on_hand_delta", "number", down=True),
    Sort("kind", "What", "kind"),
    Sort("reason", "Reason", "reason", "text"),
    Sort("node", "Node", "node__code"),
)
_SINCE = Sort("since", "Since", "id", "age")
_CLAIMED = (
    Sort("units", "Units", "quantity", "number", down=True),
    Sort("until", "Until", "expires_at", "time", gaps=True),
    Sort("node", "Node", "node__code"),
)
#: An export is a file for a spreadsheet, not a backup.
_MOST_ROWS = 100_000


def sku_or_404(code: str) -> Sku:
    """Return the SKU of the page's address."""
    sku = Sku.objects.select_related("backorder_count").filter(code=code).first()
    if sku is None:
        raise Http404(f"There is no SKU {code}.")
    return sku


@dataclass(frozen=True, slots=True)
class OfferRow:
    """One channel's line of the table of offers; a cell is (method, units, unlimited)."""

    channel: str
    cells: Sequence[tuple[str, int, bool]]


class SkuPage(FreshPage):
    """Everything about one SKU's stock on one page."""

    template_name = "console/sku.html"
    permission_required = "inventory.view_stocklevel"
    reach = Reach.OWN_NODES

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the SKU, now or as of an instant."""
        sku, at = sku_or_404(kwargs["sku"]), timezone.now()
        instant = _instant(self.request.GET.get("at"), at)
        self.title = sku.name or sku.code
        rows = self._where(sku.id, at, instant)
        return super().get_context_data(
            **kwargs | {"sku": sku},
            at=at,
            instant=instant,
            asked=self.request.GET,
            filled=[row for row in rows if not row.is_empty],
            empty=[row for row in rows if row.is_empty],
            sums=sums([sku.id], self.among(None))[sku.id] if instant is None else _sums(rows),
            supplies=self.within(supplies(view="open", sku=sku.code, at=at)).order_by("expected_at", "id")[:20],
            **(self._network(sku, at, instant) if self.allowed is None else self._own(sku, at, instant)),
            **self._latest(sku.id, at),
        )

    def _where(self, sku_id: int, at: datetime, instant: datetime | None) -> list[Placed]:
        if instant is None:
            return where(sku_id, among=self.allowed)
        return where_at(sku_id, at=at, instant=instant, among=self.allowed)

    def _network(self, sku: Sku, at: datetime, instant: datetime | None) -> dict[str, Any]:
        """Return what adds all nodes up: offers, how they come about, and what waits for any node."""
        waiting = list(queued(sku.id)[:_LATEST])
        return {
            "methods": METHODS,
            "offers": _offer_rows(sku.code, at),
            "queued": waiting,
            "waiting": orders_of([row.demand_ref for row in waiting]),
            **self._why(sku.code, at, instant),
        }

    def _own(self, sku: Sku, at: datetime, instant: datetime | None) -> dict[str, Any]:
        """Return how a person's own nodes come to what they offer, and nothing that adds other nodes up."""
        known = self._why(sku.code, at, instant)
        found, codes = known.pop("waterfall"), frozenset(self.node_codes())
        rows = [row for row in found.nodes if row.node in codes] if found else []
        channels = [code for code, one in network(at=at).channels.items() if one.is_active]
        return {**known, "methods": METHODS, "channels": channels, "own_offers": rows}

    def _why(self, sku: str, at: datetime, instant: datetime | None) -> dict[str, Any]:
        channels = network(at=at).channels
        channel = self.request.GET.get("channel", "")
        if channel not in channels:
            channel = next((code for code, one in channels.items() if one.is_active), "")
        method = self.request.GET.get("method", "")
        method = method if method in METHODS else METHODS[0]
        found = explain_ats(channel=channel, sku=sku, at=at, method=method, instant=instant) if channel else None
        return {"waterfall": found, "channel": channel, "method": method}

    def _latest(self, sku_id: int, at: datetime) -> dict[str, Any]:
        claims = list(self.within(reservations(sku_id))[:_LATEST])
        orders = orders_of([row.demand_ref for row in claims])
        moved = movements(sku_id, since=at - timedelta(days=_SPANS[0][0]))
        return {
            "claims": claims,
            "orders": orders,
            "opened": opened(orders.values(), self.among(None)),
            "movements": list(self.within(moved)[:_LATEST]),
        }


def _instant(text: str | None, at: datetime) -> datetime | None:
    """Return the past instant that was asked for, None for now; what is no time counts as now."""
    try:
        told = datetime.fromisoformat(text or "")
    except ValueError:
        return None
    instant = told if told.tzinfo else told.replace(tzinfo=timezone.get_current_timezone())
    return instant if instant < at and instant.astimezone(UTC).year > 2000 else None


def _sums(rows: Sequence[Placed]) -> Sums:
    return Sums(
        on_hand=sum(row.on_hand for row in rows),
        unsellable=sum(row.unsellable for row in rows),
        reserved=sum(row.reserved for row in rows),
        shortage=sum(row.shortage for row in rows),
        free=sum(row.free for row in rows),
        nodes=sum(row.on_hand > 0 for row in rows),
        unlimited=any(row.unlimited for row in rows),
    )


def _offer_rows(sku: str, at: datetime) -> list[OfferRow]:
    found: dict[str, list[tuple[str, int, bool]]] = {}
    for offer in offers(sku=sku, at=at):
        found.setdefault(offer.channel, []).append((offer.method, offer.available_to_sell, offer.unlimited))
    return [OfferRow(channel, cells) for channel, cells in found.items()]


class SkuMovements(ConsolePage):
    """The ledger of one SKU: who changed what, when and why."""

    template_name = "console/sku_movements.html"
    permission_required = "inventory.view_stocklevel"
    reach = Reach.OWN_NODES

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Answer a page, or the whole ledger of the time as a file."""
        if request.GET.get("format") != "csv":
            return super().get(request, *args, **kwargs)
        rows = self._rows(sku_or_404(kwargs["sku"]))[:_MOST_ROWS].iterator(chunk_size=2000)
        header = ("at", "node", "kind", "on_hand", "unsellable", "safety_stock", "reason", "reference", "lot", "actor")
        return csv_answer(f"movements-{kwargs['sku']}", header, (_movement_cells(row) for row in rows))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add one page of movements."""
        sku = sku_or_404(kwargs["sku"])
        self.title = f"Movements of {sku.code}"
        rows = self._rows(sku)
        few = is_bounded(rows, _MOST_SORTED)
        sorting = Sorting(self.request.GET, (_WHEN, *(_MOVED if few else ())), default="when")
        return super().get_context_data(
            **kwargs | {"sku": sku},
            page=sorting.page(rows),
            few=few,
            sorting=sorting,
            asked=self.request.GET,
            kinds=StockMovement.Kind.choices,
            spans=_SPANS,
            days=self._days(),
            nodes=self.node_codes(),
        )

    def _rows(self, sku: Sku) -> Any:
        asked, since = self.request.GET, timezone.now() - timedelta(days=self._days())
        return self.within(movements(sku.id, since=since, node=asked.get("node", ""), kind=asked.get("kind", "")))

    def _days(self) -> int:
        text = self.request.GET.get("days", "")
        return next((days for days, _ in _SPANS if str(days) == text), _SPANS[0][0])


def _movement_cells(row: StockMovement) -> tuple[object, ...]:
    return (
        row.at.isoformat(), row.node.code, row.kind, row.on_hand_delta, row.unsellable_delta, row.safety_stock_delta,
        row.reason, row.reference, row.lot, row.actor,
    )  # fmt: skip


class SkuReservations(ConsolePage):
    """The open claims on one SKU, and whose they are."""

    template_name = "console/sku_reservations.html"
    permission_required = "inventory.view_stocklevel"
    reach = Reach.OWN_NODES

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add one page of claims."""
        sku, asked = sku_or_404(kwargs["sku"]), self.request.GET
        self.title = f"Reservations of {sku.code}"
        claims = reservations(sku.id, node=asked.get("node", ""), kind=asked.get("kind", ""))
        rows = self.within(claims)
        few = is_bounded(rows, _MOST_SORTED)
        sorting = Sorting(asked, (_SINCE, *(_CLAIMED if few else ())), default="since")
        page = sorting.page(rows)
        orders = orders_of(row.demand_ref for row in page.rows)
        return super().get_context_data(
            **kwargs | {"sku": sku},
            page=page,
            sorting=sorting,
            few=few,
            asked=asked,
            at=timezone.now(),
            orders=orders,
            opened=opened(orders.values(), self.among(None)),
            kinds=Reservation.Kind.choices,
            nodes=self.node_codes(),
        )
