"""The first page: what the day looks like and what is stuck."""

from collections.abc import Collection, Mapping
from typing import Any

from django.shortcuts import redirect
from django.utils import timezone

from dom.console import shell
from dom.console.board import board, own_board
from dom.console.pages import FreshPage
from dom.console.reach import Reach
from dom.kernel.models import Event
from orders import wording
from orders.models import FulfillmentOrder, Order
from orders.states import CLOSED

_RECENT = 10


class Today(FreshPage):
    """Figures of the day, each of which opens its list, and what happened last.

    Who is limited to nodes sees those of their nodes. Who may not see orders is led to the first page of the menu that
    is theirs.
    """

    title = "Today"
    template_name = "console/today.html"
    permission_required = "orders.view_order"
    reach = Reach.OWN_NODES

    def handle_no_permission(self) -> Any:
        """Lead people whose work is elsewhere to their own first page."""
        home = shell.home(self.request.user) if self.request.user.is_authenticated else None
        return redirect(home) if home else super().handle_no_permission()

    def get_template_names(self) -> list[str]:
        """Name the page of the whole network, or of a person's own nodes."""
        return [self.template_name if self.allowed is None else "console/today_own.html"]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the figures."""
        nodes = self.among(None)
        return self._whole(**kwargs) if nodes is None else self._own(nodes, **kwargs)

    def _own(self, nodes: Collection[int], **kwargs: Any) -> dict[str, Any]:
        at = timezone.now()
        found = own_board(nodes, me=self.request.user.get_username(), at=at)
        next_due = FulfillmentOrder.objects.filter(node_id__in=nodes, ship_by__isnull=False).exclude(status__in=CLOSED)
        return super().get_context_data(
            board=found,
            at=at,
            work=_by_state(found.work),
            pressing=next_due.select_related("node", "order").prefetch_related("lines").order_by("ship_by")[:_RECENT],
            **kwargs,
        )

    def _whole(self, **kwargs: Any) -> dict[str, Any]:
        at = timezone.now()
        found = board(at=at)
        most = max(found.day.orders.values(), default=0)
        return super().get_context_data(
            board=found,
            at=at,
            states=[
                (code, label, n, round(100 * n / most))
                for code, label in Order.Status.choices
                if (n := found.day.orders.get(code))
            ],
            work=_by_state(found.work),
            recent=_recent(),
            **kwargs,
        )


def _by_state(work: Mapping[str, int]) -> list[tuple[str, str, int]]:
    return [(code, label, n) for code, label in FulfillmentOrder.Status.choices if (n := work.get(code))]


def _recent() -> list[dict[str, Any]]:
    latest = Event.objects.filter(position__isnull=False).order_by("-position")[: 2 * _RECENT]
    events = [event for event in latest if not wording.is_echo(event.kind)][:_RECENT]
    return [
        {
            "at": event.at,
            "tone": wording.tone(event.kind),
            "words": wording.sentence(event.kind, node=event.node, facts=event.data),
            "order": event.entity_ref if event.entity == "order" else event.data.get("order", ""),
        }
        for event in events
    ]
