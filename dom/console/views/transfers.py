"""Transfers between nodes: the lists, one transfer with what happened to it."""

from typing import Any

from django.http import Http404
from django.utils import timezone

from dom.console.pages import ConsolePage, FreshPage
from dom.console.paging import page_of
from dom.kernel.errors import NotFound
from inventory.models import Node
from inventory.selectors.transfers import VIEWS, entries, transfer_by_ref, transfers
from inventory.services.transfers import approval_above
from inventory.states import RECEIVABLE, SHIPPABLE
from stores.selectors.access import allowed_nodes

_ENTRIES = 50


class Transfers(ConsolePage):
    """Transfers by what they wait for."""

    title = "Transfers"
    template_name = "console/transfers.html"
    permission_required = "inventory.view_transfer"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add one page of transfers."""
        asked, at = self.request.GET, timezone.now()
        view = asked.get("view", "open")
        rows = transfers(view=view, node=asked.get("node", ""), search=asked.get("q", ""), at=at)
        return super().get_context_data(
            page=page_of(rows, asked),
            asked=asked,
            at=at,
            view=view,
            views=[(code, told[0]) for code, told in VIEWS.items()],
            nodes=Node.objects.order_by("code").values_list("code", flat=True),
            above=approval_above(),
            **kwargs,
        )


class TransferPage(FreshPage):
    """One transfer: its lines, where each unit is, and who did what."""

    template_name = "console/transfer.html"
    permission_required = "inventory.view_transfer"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the transfer."""
        try:
            transfer = transfer_by_ref(kwargs["ref"])
        except NotFound as refusal:
            raise Http404(str(refusal)) from refusal
        allowed = allowed_nodes(self.request.user)
        if allowed is not None and not allowed & {transfer.from_node_id, transfer.to_node_id}:
            raise Http404(f"There is no transfer {transfer.ref}.")
        self.title = f"Transfer {transfer.ref}"
        return super().get_context_data(
            **kwargs,
            transfer=transfer,
            at=timezone.now(),
            lines=list(transfer.lines.select_related("sku")),
            entries=list(entries(transfer)[:_ENTRIES]),
            can_ship=transfer.status in SHIPPABLE,
            can_receive=transfer.status in RECEIVABLE,
            above=approval_above(),
        )
