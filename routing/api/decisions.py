"""Endpoints that tell why an order went where it went, and where one would go."""

from rest_framework.request import Request
from rest_framework.response import Response

from dom.kernel.rest.scopes import Scope
from dom.kernel.rest.spec import endpoint
from dom.kernel.rest.view import ApiView
from routing import selectors
from routing.api import examples
from routing.api.asked import TestDriveShape, request_of
from routing.api.shown import DecisionShape, TestDriveAnswerShape, shown_decision, shown_drive
from routing.errors import ConfigRefused, DecisionNotFound, RequestRefused


class OrderDecision(ApiView):
    """Why an order went where it went: the latest decision with every node of the network, in numbers and words."""

    @endpoint(
        Scope.ORDERS_READ, "Explain where an order went", tag="Routing", answers={200: DecisionShape},
        answer_example=examples.DECISION,
        problems=(DecisionNotFound,),
    )  # fmt: skip
    def get(self, request: Request, ref: str) -> Response:
        """Answer the latest decision of the order."""
        del request
        first, *others = selectors.latest_of_each_group(ref)
        told = {**shown_decision(first), "other_groups": [shown_decision(one) for one in others]}
        return Response(DecisionShape(told).data)


class TestDrive(ApiView):
    """Where an order would go now, under the live policy or a draft. Reads only: nothing is held or recorded."""

    __test__ = False  # it is no test, whatever its name says to a collector

    @endpoint(
        Scope.POLICIES_READ, "Try where an order would go", tag="Routing", body=TestDriveShape,
        body_example=examples.TEST_DRIVE, answers={200: TestDriveAnswerShape},
        answer_example=examples.TEST_DRIVEN,
        problems=(ConfigRefused, RequestRefused), reads=True,
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        """Answer what would be decided."""
        del request
        driven = selectors.drive(request_of(self.asked), at=self.at, policy=self.asked.get("policy"))
        return Response(TestDriveAnswerShape(shown_drive(driven)).data)
