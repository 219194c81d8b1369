"""The first page: what the day looks like and what is stuck."""

from typing import Any

from django.shortcuts import redirect
from django.utils import timezone

from dom.console import shell
from dom.console.board import board
from dom.console.pages import FreshPage
from dom.console.reach import Reach
from dom.kernel.models import Event
from orders import wording
from orders.models import FulfillmentOrder, Order

_RECENT = 10


class Today(FreshPage):
    """Figures of the day, each of which opens its list, and what happened last.

    Who may not see orders is led to the first page of the menu that is theirs.
    """

    title = "Today"
    template_name = "console/today.html"
    permission_required = "orders.view_order"
    reach = Reach.NETWORK

    def handle_no_permission(self) -> Any:
        """Lead people whose work is elsewhere to their own first page."""
        home = shell.home(self.request) if self.request.user.is_authenticated else None
        return redirect(home) if home else super().handle_no_permission()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the figures."""
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
            work=[(code, label, n) for code, label in FulfillmentOrder.Status.choices if (n := found.work.get(code))],
            recent=_recent(),
            **kwargs,
        )


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
