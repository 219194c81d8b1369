"""The first page: what the day looks like and what is stuck."""

from typing import Any

from django.utils import timezone

from dom.console.pages import FreshPage
from dom.kernel.models import Event
from orders import wording
from orders.models import FulfillmentOrder, Order
from orders.selectors import lists

_RECENT = 12


class Today(FreshPage):
    """Figures of the day, each of which opens its list, and what happened last."""

    title = "Today"
    template_name = "console/today.html"
    permission_required = "orders.view_order"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the figures."""
        at = timezone.now()
        figures = lists.figures(at=at)
        return super().get_context_data(
            figures=figures,
            at=at,
            orders=[(code, label, figures.orders.get(code, 0)) for code, label in Order.Status.choices],
            work=[(code, label, n) for code, label in FulfillmentOrder.Status.choices if (n := figures.work.get(code))],
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
