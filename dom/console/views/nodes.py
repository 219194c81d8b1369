"""The places of the network and the work that waits at them."""

from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from dom.console.opening import Opening, live_calendars, opening
from dom.console.pages import ConsolePage
from dom.console.reach import Reach
from dom.console.sorting import Sort, Sorting
from inventory.models import Node
from orders.selectors.lists import open_work

_MOST = 1_000
SORTS = (
    Sort("kind", "Kind", "kind"),
    Sort("code", "Code", "code"),
    Sort("state", "State", "status"),
    Sort("place", "Place", "city", "text"),
    Sort("hours", "Hours", "hours", "number", down=True),
    Sort("work", "Open work", "work", "number", down=True),
)


@dataclass(frozen=True, slots=True)
class Row:
    """One node of the list with its open work and how it stands by its own clock."""

    node: Node
    work: int
    opening: Opening


_KEYS = {
    "kind": lambda row: row.node.get_kind_display(),
    "code": lambda row: row.node.code,
    "state": lambda row: row.node.get_status_display(),
    "place": lambda row: row.node.city.lower() or None,
    "hours": lambda row: row.opening.is_open,
    "work": lambda row: row.work,
}


class Nodes(ConsolePage):
    """Every node with its kind, state, methods and open work."""

    title = "Nodes"
    template_name = "console/nodes.html"
    permission_required = "inventory.view_node"
    reach = Reach.OWN_NODES

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the nodes that were asked for; a network has hundreds, so they stand on one page."""
        asked = self.request.GET
        rows = self.within(Node.objects.order_by("kind", "code"), "id")
        if asked.get("kind"):
            rows = rows.filter(kind=asked["kind"])
        if asked.get("q"):
            rows = rows.filter(code__icontains=asked["q"]) | rows.filter(city__icontains=asked["q"])
        work, calendars, at = open_work(), live_calendars(), timezone.now()
        sorting = Sorting(asked, SORTS, default="kind")
        found = [Row(node, work.get(node.id, 0), opening(node, calendars, at=at)) for node in rows[:_MOST]]
        return super().get_context_data(
            nodes=sorting.of(found, _KEYS),
            sorting=sorting,
            kinds=Node.Kind.choices,
            asked=asked,
            **kwargs,
        )
