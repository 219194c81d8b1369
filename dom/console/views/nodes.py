"""The places of the network and the work that waits at them."""

from typing import Any

from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce

from dom.console.pages import ConsolePage
from inventory.models import Node
from orders.models import FulfillmentOrder
from orders.states import CLOSED
from stores.selectors.access import within


class Nodes(ConsolePage):
    """Every node with its kind, state, methods and open work."""

    title = "Nodes"
    template_name = "console/nodes.html"
    permission_required = "inventory.view_node"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the nodes that were asked for; a network has hundreds, so they stand on one page."""
        asked = self.request.GET
        rows = within(Node.objects.order_by("kind", "code").annotate(open_work=_open_work()), self.request.user, "id")
        if asked.get("kind"):
            rows = rows.filter(kind=asked["kind"])
        if asked.get("q"):
            rows = rows.filter(code__icontains=asked["q"]) | rows.filter(city__icontains=asked["q"])
        return super().get_context_data(nodes=rows[:1000], kinds=Node.Kind.choices, asked=asked, **kwargs)


def _open_work() -> Coalesce:
    work = FulfillmentOrder.objects.filter(node_id=OuterRef("id")).exclude(status__in=CLOSED)
    return Coalesce(Subquery(work.values("node_id").annotate(n=Count("id")).values("n")), 0)
