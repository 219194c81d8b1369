"""Endpoints that exist only to try the frame."""

from datetime import UTC, datetime
from typing import Any

from django.urls import path
from django_filters import FilterSet
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from dom.kernel import events
from dom.kernel.errors import DomainError
from dom.kernel.models import ApiClient
from dom.kernel.rest.fields import Attributes, Code, Quantity
from dom.kernel.rest.scopes import Scope
from dom.kernel.rest.spec import Deprecation, endpoint
from dom.kernel.rest.view import ApiView


class Refused(DomainError):
    code = "probe-refused"
    title = "The probe refuses"


class LineShape(serializers.Serializer[Any]):
    sku = Code()
    quantity = Quantity()


class ThingShape(serializers.Serializer[Any]):
    name = Code()
    lines = LineShape(many=True, required=False)
    attributes = Attributes(required=False)


class ClientShape(serializers.Serializer[Any]):
    name = serializers.CharField()


class ClientFilter(FilterSet):
    class Meta:
        model = ApiClient
        fields = ["name"]


class Things(ApiView):
    @endpoint(Scope.ORDERS_READ, "List things", tag="Probe", lists=ClientShape, filters=ClientFilter)
    def get(self, request: Request) -> Response:
        return self.page(ApiClient.objects.all(), by=("name",), shape=ClientShape)

    @endpoint(Scope.ORDERS_WRITE, "Make a thing", tag="Probe", body=ThingShape, answers={201: ThingShape})
    def post(self, request: Request) -> Response:
        name = self.asked["name"]
        events.append_event(events.NewEvent("probe.made", "thing", name, 1), at=self.at)
        if name == "refused":
            raise Refused("No.", asked=1)
        if name == "broken":
            raise ZeroDivisionError
        return Response({"zebra": 1, "name": name, "by": self.caller.actor}, status=201)


class Thing(ApiView):
    @endpoint(Scope.ORDERS_READ, "Read a thing", tag="Probe")
    def get(self, request: Request, ref: str) -> Response:
        return Response({"ref": ref}, headers={"ETag": '"7"'})

    @endpoint(Scope.ORDERS_WRITE, "Change a thing", tag="Probe")
    def put(self, request: Request, ref: str) -> Response:
        self.must_match(7)
        return Response({"ref": ref})


class Going(ApiView):
    """An endpoint that is to go."""

    @endpoint(
        Scope.ORDERS_READ,
        "Read what is to go",
        tag="Probe",
        answers={200: ClientShape},
        ends=Deprecation(datetime(2026, 12, 1, tzinfo=UTC), datetime(2027, 12, 1, tzinfo=UTC), "Read /things instead."),
    )
    def get(self, request: Request) -> Response:
        del request
        return Response({"name": "going"})


urlpatterns = [
    path("api/v1/going", Going.as_view()),
    path("api/v1/things", Things.as_view()),
    path("api/v1/things/<str:ref>", Thing.as_view()),
]
