"""Transfers between nodes: the lists, one transfer with what happened to it."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone

from dom.console.exporting import MOST_ROWS, ExportedPage
from dom.console.pages import FreshPage
from dom.console.reach import Reach, reaches
from dom.console.sorting import Sort, Sorting
from dom.kernel.errors import NotFound
from inventory.models import Transfer, TransferLine
from inventory.selectors.transfers import VIEWS, entries, transfer_by_ref, transfers
from inventory.services.transfers import approval_above
from inventory.states import RECEIVABLE, SHIPPABLE

_ENTRIES = 50
SORTS = (
    Sort("ref", "Asked for", "id", "age"),
    Sort("state", "State", "status"),
    Sort("from", "From", "from_node__code"),
    Sort("to", "To", "to_node__code"),
    Sort("expected", "Expected", "expected_at", "time"),
    Sort("who", "Asked by", "requested_by", "text"),
)


def transfer_or_404(ref: str) -> Transfer:
    """Return the transfer of the page's address."""
    try:
        return transfer_by_ref(ref)
    except NotFound as refusal:
        raise Http404(str(refusal)) from refusal


class Transfers(ExportedPage):
    """Transfers by what they wait for."""

    title = "Transfers"
    template_name = "console/transfers.html"
    permission_required = "inventory.view_transfer"
    reach = Reach.OWN_NODES
    file_name = "transfers"
    columns = (
        "transfer", "status", "from_node", "to_node", "sku", "requested", "shipped", "received", "damaged",
        "written_off", "expected_at", "requested_by",
    )  # fmt: skip

    def lines(self) -> Iterator[Sequence[object]]:
        """Yield the lines of transfers, latest transfer first."""
        rows = TransferLine.objects.filter(transfer__in=self._rows().values("id")).order_by("-transfer_id", "id")
        found = rows.select_related("transfer__from_node", "transfer__to_node", "sku")[:MOST_ROWS]
        for line in found.iterator(chunk_size=1_000):
            one = line.transfer
            yield (
                one.ref, one.status, one.from_node.code, one.to_node.code, line.sku.code, line.requested, line.shipped,
                line.received, line.damaged, line.written_off, one.expected_at.isoformat(), one.requested_by,
            )  # fmt: skip

    def _rows(self) -> "QuerySet[Transfer]":
        asked = self.request.GET
        view, node, search = asked.get("view", "open"), asked.get("node", ""), asked.get("q", "")
        return self.at_either_end(transfers(view=view, node=node, search=search, at=timezone.now()))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add one page of transfers."""
        asked = self.request.GET
        sorting = Sorting(asked, SORTS, default="ref")
        return super().get_context_data(
            page=sorting.page(self._rows()),
            sorting=sorting,
            asked=asked,
            at=timezone.now(),
            view=asked.get("view", "open"),
            views=[(code, told[0]) for code, told in VIEWS.items()],
            nodes=self.node_codes(),
            above=approval_above(),
            **kwargs,
        )


class TransferPage(FreshPage):
    """One transfer: its lines, where each unit is, and who did what."""

    template_name = "console/transfer.html"
    permission_required = "inventory.view_transfer"
    reach = Reach.OWN_NODES

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the transfer."""
        transfer = transfer_or_404(kwargs["ref"])
        self.must_reach(transfer.from_node_id, transfer.to_node_id, what=f"transfer {transfer.ref}")
        self.title = f"Transfer {transfer.ref}"
        return super().get_context_data(
            **kwargs,
            transfer=transfer,
            at=timezone.now(),
            lines=list(transfer.lines.select_related("sku")),
            entries=list(entries(transfer)[:_ENTRIES]),
            can_ship=transfer.status in SHIPPABLE,
            can_receive=transfer.status in RECEIVABLE,
            sends=reaches(self.request.user, transfer.from_node_id),
            receives=reaches(self.request.user, transfer.to_node_id),
            above=approval_above(),
        )
