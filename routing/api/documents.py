"""Endpoints that publish and read the configuration of routing."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from rest_framework.request import Request
from rest_framework.response import Response

from dom.kernel.errors import NotFound
from dom.kernel.models import ConfigVersion
from dom.kernel.rest.scopes import Scope
from dom.kernel.rest.spec import endpoint
from dom.kernel.rest.view import ApiView
from routing import selectors, services
from routing.api import examples, shapes
from routing.errors import ConfigRefused
from routing.kinds import CALENDAR, CARRIER_SERVICES, LANES, ONLY, POLICY, RATE_CARD

_NETWORK = (Scope.NETWORK_READ, Scope.NETWORK_WRITE)


def _published(versions: Sequence[ConfigVersion]) -> Response:
    told = {"received": len(versions), "applied": len(versions), "items": versions}
    return Response(shapes.PublishedShape(told).data)


class _Documents(ApiView):
    def live(self, kind: str) -> Response:
        """Answer one page of the live documents of `kind`."""
        rows: QuerySet[ConfigVersion] = selectors.live_rows(kind)
        return self.page(rows, by=("scope",), shape=shapes.VersionShape)

    def words(self) -> dict[str, Any]:
        """Return who publishes, and when."""
        return {"actor": self.caller.actor, "at": self.at}

    def end(self, kind: str, code: str) -> Response:
        """End the live document of a name."""
        services.retire(kind=kind, scope=code, **self.words())
        return Response(status=204)


class Policies(_Documents):
    """How orders are routed. A document replaces the live version of its code; all are published, or none."""

    @endpoint(
        Scope.POLICIES_READ, "List live policies", tag="Routing", lists=shapes.VersionShape,
        answer_example=examples.live("retail", examples.POLICIES[0]),
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        """Answer one page of live policies."""
        del request
        return self.live(POLICY.kind)

    @endpoint(
        Scope.POLICIES_WRITE, "Publish policies", tag="Routing", body=shapes.DocumentsShape,
        body_example=examples.POLICIES, answers={200: shapes.PublishedShape},
        answer_example=examples.published("retail"), problems=(ConfigRefused,),
    )  # fmt: skip
    def put(self, request: Request) -> Response:
        """Publish the documents."""
        del request
        return _published(services.publish_policies(bodies=self.asked, **self.words()))


class RateCards(_Documents):
    """What carrying costs. A document replaces the live version of its code; all are published, or none."""

    @endpoint(
        _NETWORK[0], "List live rate cards", tag="Routing", lists=shapes.VersionShape,
        answer_example=examples.live("ground", examples.RATE_CARDS[0]),
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        """Answer one page of live rate cards."""
        del request
        return self.live(RATE_CARD.kind)

    @endpoint(
        _NETWORK[1], "Publish rate cards", tag="Routing", body=shapes.DocumentsShape,
        body_example=examples.RATE_CARDS, answers={200: shapes.PublishedShape},
        answer_example=examples.published("ground"), problems=(ConfigRefused,),
    )  # fmt: skip
    def put(self, request: Request) -> Response:
        """Publish the documents."""
        del request
        return _published(services.publish_rate_cards(bodies=self.asked, **self.words()))


class Calendars(_Documents):
    """When nodes work. A document replaces the live version of its code; all are published, or none."""

    @endpoint(
        _NETWORK[0], "List live calendars", tag="Routing", lists=shapes.VersionShape,
        answer_example=examples.live("dc", examples.CALENDARS[0]),
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        """Answer one page of live calendars."""
        del request
        return self.live(CALENDAR.kind)

    @endpoint(
        _NETWORK[1], "Publish calendars", tag="Routing", body=shapes.DocumentsShape,
        body_example=examples.CALENDARS, answers={200: shapes.PublishedShape},
        answer_example=examples.published("dc"), problems=(ConfigRefused,),
    )  # fmt: skip
    def put(self, request: Request) -> Response:
        """Publish the documents."""
        del request
        return _published(services.publish_calendars(bodies=self.asked, **self.words()))


class CarrierServices(_Documents):
    """Who carries what, how fast. One document for the network."""

    @endpoint(
        _NETWORK[0], "Read the live carrier services", tag="Routing", lists=shapes.VersionShape,
        answer_example=examples.live("default", examples.CARRIER_SERVICES),
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        """Answer the live carrier services, or no item."""
        del request
        return self.live(CARRIER_SERVICES.kind)

    @endpoint(
        _NETWORK[1], "Publish the carrier services", tag="Routing", body=shapes.ServicesShape,
        body_example=examples.CARRIER_SERVICES, answers={200: shapes.PublishedShape},
        answer_example=examples.published("default"), problems=(ConfigRefused,),
    )  # fmt: skip
    def put(self, request: Request) -> Response:
        """Publish the document."""
        del request
        return _published([services.publish_carrier_services(body=self.asked, **self.words())])

    @endpoint(_NETWORK[1], "End the carrier services", tag="Routing", answers={204: None}, problems=(NotFound,))
    def delete(self, request: Request) -> Response:
        """Carry by the built-in services; the versions stay, and publishing a list again brings its own back."""
        del request
        return self.end(CARRIER_SERVICES.kind, ONLY)


class Lanes(_Documents):
    """What may not travel from where to where. One document for the network."""

    @endpoint(
        _NETWORK[0], "Read the live lanes", tag="Routing", lists=shapes.VersionShape,
        answer_example=examples.live("default", examples.LANES),
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        """Answer the live lanes, or no item."""
        del request
        return self.live(LANES.kind)

    @endpoint(
        _NETWORK[1], "Publish the lanes", tag="Routing", body=shapes.LanesShape,
        body_example=examples.LANES, answers={200: shapes.PublishedShape},
        answer_example=examples.published("default"), problems=(ConfigRefused,),
    )  # fmt: skip
    def put(self, request: Request) -> Response:
        """Publish the document."""
        del request
        return _published([services.publish_lanes(body=self.asked, **self.words())])

    @endpoint(_NETWORK[1], "End the lanes", tag="Routing", answers={204: None}, problems=(NotFound,))
    def delete(self, request: Request) -> Response:
        """Let goods travel as where no lane speaks; the versions stay, and publishing a list brings lanes back."""
        del request
        return self.end(LANES.kind, ONLY)


class OnePolicy(_Documents):
    """One policy."""

    @endpoint(Scope.POLICIES_WRITE, "End a policy", tag="Routing", answers={204: None}, problems=(NotFound,))
    def delete(self, request: Request, code: str) -> Response:
        """Route by what is left; its versions stay, and publishing the code again brings it back."""
        del request
        return self.end(POLICY.kind, code)


class OneRateCard(_Documents):
    """One rate card."""

    @endpoint(Scope.NETWORK_WRITE, "End a rate card", tag="Routing", answers={204: None}, problems=(NotFound,))
    def delete(self, request: Request, code: str) -> Response:
        """Price by what is left; its versions stay, and publishing the code again brings it back."""
        del request
        return self.end(RATE_CARD.kind, code)


class OneCalendar(_Documents):
    """One calendar."""

    @endpoint(Scope.NETWORK_WRITE, "End a calendar", tag="Routing", answers={204: None}, problems=(NotFound,))
    def delete(self, request: Request, code: str) -> Response:
        """Let its nodes work by the usual one; its versions stay, and publishing the code again brings it back."""
        del request
        return self.end(CALENDAR.kind, code)
