"""The places of the network and the work that waits at them."""

from typing import Any

from dom.console.pages import ConsolePage
from dom.console.reach import Reach
from dom.console.sorting import Sort, Sorting
from inventory.models import Node
from orders.selectors.lists import open_work

SORTS = (
    Sort("kind", "Kind", "kind"),
    Sort("code", "Code", "code"),
    Sort("state", "State", "status"),
    Sort("place", "Place", "city", "text"),
    Sort("work", "Open work", "work", "number", down=True),
)


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
        work = open_work()
        sorting = Sorting(asked, SORTS, default="kind")
        keys = {
            "kind": lambda row: row[0].get_kind_display(),
            "code": lambda row: row[0].code,
            "state": lambda row: row[0].get_status_display(),
            "place": lambda row: row[0].city.lower() or None,
            "work": lambda row: row[1],
        }
        nodes = sorting.of([(node, work.get(node.id, 0)) for node in rows[:1000]], keys)
        return super().get_context_data(nodes=nodes, sorting=sorting, kinds=Node.Kind.choices, asked=asked, **kwargs)
