"""Transfers between nodes: the lists, one transfer with what happened to it."""

from typing import Any

from django.http import Http404
from django.utils import timezone

from dom.console.pages import ConsolePage, FreshPage
from dom.console.paging import page_of
from dom.console.reach import Reach, reaches
from dom.kernel.errors import NotFound
from inventory.models import Transfer
from inventory.selectors.transfers import VIEWS, entries, transfer_by_ref, transfers
from inventory.services.transfers import approval_above
from inventory.states import RECEIVABLE, SHIPPABLE

_ENTRIES = 50


def transfer_or_404(ref: str) -> Transfer:
    """Return the transfer of the page's address."""
    try:
        return transfer_by_ref(ref)
    except NotFound as refusal:
        raise Http404(str(refusal)) from refusal


class Transfers(ConsolePage):
    """Transfers by what they wait for."""

    title = "Transfers"
    template_name = "console/transfers.html"
    permission_required = "inventory.view_transfer"
    reach = Reach.OWN_NODES

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add one page of transfers."""
        asked, at = self.request.GET, timezone.now()
        view = asked.get("view", "open")
        rows = self.at_either_end(transfers(view=view, node=asked.get("node", ""), search=asked.get("q", ""), at=at))
        return super().get_context_data(
            page=page_of(rows, asked),
            asked=asked,
            at=at,
            view=view,
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
