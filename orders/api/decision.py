"""The endpoint that tells why an order went where it went."""

from rest_framework.request import Request
from rest_framework.response import Response

from dom.kernel.rest.scopes import Scope
from dom.kernel.rest.spec import ForChannels, endpoint
from dom.kernel.rest.view import ApiView
from orders.api.orders import require_visible
from orders.errors import OrderNotFound
from routing import selectors
from routing.api import examples
from routing.api.shown import DecisionShape, shown_decision
from routing.errors import DecisionNotFound


class OrderDecision(ApiView):
    """Why an order went where it went: the latest decision with every node of the network, in numbers and words."""

    @endpoint(
        Scope.ORDERS_READ, "Explain where an order went", tag="Routing", answers={200: DecisionShape},
        answer_example=examples.DECISION, problems=(OrderNotFound, DecisionNotFound), channels=ForChannels.OWN,
    )  # fmt: skip
    def get(self, request: Request, ref: str) -> Response:
        """Answer the latest decision of the order."""
        del request
        require_visible(self.caller, ref)
        first, *others = selectors.latest_of_each_group(ref)
        told = {**shown_decision(first), "other_groups": [shown_decision(one) for one in others]}
        return Response(DecisionShape(told).data)
