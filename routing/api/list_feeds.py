"""Carries carrier services and lanes, a line each as a sheet has them, to the one document of each."""

from collections.abc import Mapping, Sequence
from typing import Any

from rest_framework import serializers

from dom.kernel.rest.feeds import Feed, register
from dom.kernel.rest.fields import Code, OneOf, Text, Whole
from routing import services
from routing.api.lines import Columns, ListedParts
from routing.core.config.reading import WEEKDAYS
from routing.kinds import CARRIER_SERVICES, LANES

Body = Mapping[str, Any]
_METHODS = [(way, way) for way in ("SHIP", "SHIP_TO_STORE", "SAME_DAY")]
_REST: dict[str, Any] = {"required": False, "allow_null": True}
_TEXT: dict[str, Any] = {"required": False, "allow_blank": True}


class _Day(Text):
    """A weekday, or a span of them: "MON", "MON-FRI"."""

    def to_internal_value(self, data: Any) -> str:
        """Return the words.

        Raises:
            serializers.ValidationError: they name no weekday.
        """
        told = super().to_internal_value(data).upper()
        if not set(told.split("-")) <= set(WEEKDAYS) or told.count("-") > 1:
            raise serializers.ValidationError("Weekdays are MON to SUN, or a span such as MON-FRI.", code="invalid")
        return told


def _list(child: serializers.Field[Any, Any, Any, Any] | None = None) -> Any:
    return serializers.ListField(child=child or Code(), max_length=1_000, required=False)


class ServiceLineShape(serializers.Serializer[Any]):
    """One carrier service; its transit steps and the nodes that it leaves from are kept as they are."""

    code = Code()
    carrier = Text(max_length=64, **_TEXT)
    rate_card = Text(max_length=64, **_TEXT)
    methods = _list(OneOf(_METHODS))
    levels = _list()
    transit_days = Whole(min_value=0, max_value=60, **_REST)
    pickup_days = _list(_Day())
    delivery_days = _list(_Day())
    hazmat_classes = _list()
    ambient_hours = Whole(min_value=0, max_value=100_000, **_REST)
    chilled_hours = Whole(min_value=0, max_value=100_000, **_REST)
    frozen_hours = Whole(min_value=0, max_value=100_000, **_REST)
    max_package_grams = Whole(min_value=1, max_value=1_000_000_000, **_REST)
    max_side_mm = Whole(min_value=1, max_value=1_000_000, **_REST)
    adult_signature = serializers.BooleanField(**_REST)
    to_countries = _list()
    to_regions = _list()
    to_postal_prefixes = _list()


_TO = {f"to_{name}": f"to.{name}" for name in ("countries", "regions", "postal_prefixes")}
_SERVICE = Columns(
    {
        **{name: name for name in ("carrier", "rate_card", "methods", "levels")},
        "transit_days": "transit.days",
        **{name: name for name in ("pickup_days", "delivery_days", "hazmat_classes")},
        **{f"{name.lower()}_hours": f"temperature_hours.{name}" for name in ("AMBIENT", "CHILLED", "FROZEN")},
        **{name: name for name in ("max_package_grams", "max_side_mm", "adult_signature")},
        **_TO,
    },
    frozenset({"methods", "levels", "pickup_days", "delivery_days", "hazmat_classes", *_TO}),
)


def _by_code(parts: Sequence[Body], line: Body) -> int | None:
    return next((place for place, part in enumerate(parts) if part.get("code") == line["code"]), None)


SERVICES = ListedParts(
    kind=CARRIER_SERVICES,
    name="services",
    key="code",
    columns=_SERVICE,
    find=_by_code,
    blank=lambda line: {"code": line["code"]},
    label=lambda _number, part: part["code"],
    publish=services.publish_carrier_services,
)
CARRIER_SERVICE_LINES = register(
    Feed("carrier-services", ServiceLineShape, lambda value: value["code"], SERVICES.apply)
)


class LaneLineShape(serializers.Serializer[Any]):
    """One lane by its place in the list; a place beyond the last is a new lane at the end."""

    lane = Whole(min_value=1, max_value=1_000_000)
    why = Text(max_length=200, **_TEXT)
    allow = serializers.BooleanField(**_REST)
    from_countries = _list()
    to_countries = _list()
    to_regions = _list()
    to_postal_prefixes = _list()
    sku_tags = _list()
    skus = _list()
    handling_classes = _list()
    hazmat_classes = _list()
    export_controlled = serializers.BooleanField(**_REST)
    age_restricted = serializers.BooleanField(**_REST)


_GOODS = {
    "sku_tags": "skus.tags", "skus": "skus.codes", "handling_classes": "skus.handling_classes",
    "hazmat_classes": "skus.hazmat_classes",
}  # fmt: skip
_LANE = Columns(
    {
        "why": "why",
        "allow": "allow",
        "from_countries": "from_countries",
        **_TO,
        **_GOODS,
        "export_controlled": "skus.export_controlled",
        "age_restricted": "skus.age_restricted",
    },
    frozenset({"from_countries", *_TO, *_GOODS}),
)

LANES_SHEET = ListedParts(
    kind=LANES,
    name="lanes",
    key="lane",
    columns=_LANE,
    find=lambda parts, line: line["lane"] - 1 if line["lane"] <= len(parts) else None,
    blank=lambda _line: {},
    label=lambda number, _part: number,
    publish=services.publish_lanes,
)
LANE_LINES = register(Feed("lanes", LaneLineShape, lambda value: value["lane"], LANES_SHEET.apply))
