"""The endpoint that tells where an order would go."""

from rest_framework.request import Request
from rest_framework.response import Response

from dom.kernel.rest.scopes import Scope
from dom.kernel.rest.spec import endpoint
from dom.kernel.rest.view import ApiView
from routing import selectors
from routing.api import examples
from routing.api.asked import TestDriveShape, request_of
from routing.api.shown import TestDriveAnswerShape, shown_drive
from routing.errors import ConfigRefused, RequestRefused


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
