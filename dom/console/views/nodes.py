"""The places of the network and the work that waits at them."""

from typing import Any

from dom.console.pages import ConsolePage
from dom.console.reach import Reach
from inventory.models import Node
from orders.selectors.lists import open_work


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
        nodes = [(node, work.get(node.id, 0)) for node in rows[:1000]]
        return super().get_context_data(nodes=nodes, kinds=Node.Kind.choices, asked=asked, **kwargs)
