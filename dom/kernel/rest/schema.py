"""Tells drf-spectacular what the endpoints declare, so that the schema cannot differ from the frame."""

import inspect
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, cast

from django_filters import FilterSet
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse
from rest_framework import serializers

from dom.kernel.rest.errors import (
    BodyTooLarge,
    ChannelForbidden,
    CursorInvalid,
    IdempotencyKeyRequired,
    IdempotencyKeyReused,
    JsonMalformed,
    NodeForbidden,
    ScopeMissing,
    ShapeInvalid,
)
from dom.kernel.rest.fields import MoneyShape
from dom.kernel.rest.paging import DEFAULT_LIMIT, MAX_LIMIT
from dom.kernel.rest.problems import (
    BUSY,
    IN_PROGRESS,
    INTERNAL,
    MEDIA_TYPE,
    METHOD_NOT_ALLOWED,
    NOT_ACCEPTABLE,
    NOT_FOUND,
    RATE_LIMITED,
    UNAUTHENTICATED,
    UNSUPPORTED_MEDIA_TYPE,
    ProblemType,
    type_of,
)
from dom.kernel.rest.rows import as_csv, as_ndjson
from dom.kernel.rest.spec import Endpoint, ForChannels, ForNodes, Shape

if TYPE_CHECKING:
    from dom.kernel.rest.view import ApiView

PROBLEM = {"$ref": "#/components/schemas/Problem"}
"""The one shape of every refusal; its schema is added by `add_problem`."""

PROBLEM_SCHEMA: dict[str, Any] = {
    "type": "object",
    "description": "RFC 9457 problem details. Act on `code`; show `detail`.",
    "required": ["type", "title", "status", "detail", "instance", "code", "request_id"],
    "properties": {
        "type": {"type": "string", "format": "uri-reference"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "instance": {"type": "string"},
        "code": {"type": "string"},
        "request_id": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["pointer", "code", "detail"],
                "properties": {
                    "pointer": {"type": "string", "description": "JSON pointer into the body"},
                    "row": {"type": "integer", "description": "Row of a feed, counted from 1"},
                    "field": {"type": "string"},
                    "code": {"type": "string"},
                    "detail": {"type": "string"},
                },
            },
        },
        "facts": {"type": "object", "additionalProperties": True},
    },
}


def add_problem(result: dict[str, Any], **_more: Any) -> dict[str, Any]:
    """Add the problem component; a postprocessing hook of drf-spectacular."""
    result.setdefault("components", {}).setdefault("schemas", {})["Problem"] = PROBLEM_SCHEMA
    return result


def drop_empty_defaults(result: dict[str, Any], **_more: Any) -> dict[str, Any]:
    """Leave out defaults that are no value: "" for a word of an enumeration, or where a text may not be empty."""
    for component in result["components"]["schemas"].values():
        for field in component.get("properties", {}).values():
            if field.get("default") == "" and field.keys() & {"minLength", "allOf", "oneOf", "enum"}:
                del field["default"]
    return result


class BearerScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # registers itself by subclassing
    """Shows API keys as HTTP bearer authentication."""

    target_class = "dom.kernel.rest.authentication.BearerKey"
    name = "ApiKey"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        """Return the security scheme."""
        del auto_schema
        return {"type": "http", "scheme": "bearer", "description": "A key made with `manage.py api_key NAME`."}


def _filter_parameters(filters: type[FilterSet]) -> list[OpenApiParameter]:
    return [
        OpenApiParameter(name, str, description=str(one.label or ""), enum=_choices(one), many=False)
        for name, one in filters.get_filters().items()
    ]


def _choices(one: Any) -> list[str] | None:
    choices = one.extra.get("choices")
    return [str(value) for value, _ in choices] if isinstance(choices, (list, tuple)) else None


class Schema(AutoSchema):
    """Reads each operation from its `Endpoint`."""

    @property
    def told(self) -> Endpoint:
        """The declaration of the operation at hand."""
        found: Endpoint | None = cast("type[ApiView]", type(self.view)).declared(self.method)
        if found is None:
            raise TypeError(f"{type(self.view).__name__}.{self.method} lacks @endpoint")
        return found

    def get_summary(self) -> str:
        """Return the declared summary."""
        return self.told.summary

    def get_description(self) -> str:  # type: ignore[override]  # the library's own override drops them too
        """Return the view's docstring and the scope it needs."""
        scope = f"`{self.told.scope}`" if self.told.scope else "any"
        ends = self.told.ends
        going = f"\n\nTo go on {ends.until:%Y-%m-%d}: {ends.instead}" if ends else ""
        limited = f"\n\nKeys limited to channels: {self.told.channels.value}."
        if self.told.for_nodes:
            limited += f"\n\nKeys limited to nodes: {self.told.for_nodes.value}."
        return f"{inspect.getdoc(type(self.view))}\n\nScope: {scope}.{limited}{going}"

    def is_deprecated(self) -> bool:
        """Return whether the endpoint is to go."""
        return self.told.ends is not None

    def get_tags(self) -> list[str]:
        """Return the declared tag."""
        return [self.told.tag]

    def get_operation_id(self) -> str:
        """Return an id made of method and address: stable, unique, and readable in generated clients."""
        words = self.path.removeprefix("/api/v1/").strip("/").replace("{", "").replace("}", "")
        return f"{self.method.lower()}_{words}".replace("/", "_").replace("-", "_")

    def get_request_serializer(self) -> Any:
        """Return the declared body, or the media types of a feed."""
        told = self.told
        if told.rows is not None:
            text = {"type": "string", "description": "One row a line; a CSV begins with the names of its columns"}
            return {"application/json": told.rows(many=True), **dict.fromkeys(_text_kinds(told.rows), text)}
        return told.body

    def get_response_serializers(self) -> Any:
        """Return answers and problems by status."""
        told = self.told
        answers: dict[Any, Any] = dict(told.answers)
        if told.lists is not None:
            answers[200] = _page_of(told.lists)  # type: ignore[arg-type]  # a class is hashable
        shown = {status: _answer(status, shape) for status, shape in answers.items()}
        return shown | {
            (status, MEDIA_TYPE): OpenApiResponse(PROBLEM, description=", ".join(f"`{code}`" for code in sorted(codes)))
            for status, codes in self._problems(told).items()
            if status not in shown
        }

    def _problems(self, told: Endpoint) -> Mapping[int, set[str]]:
        found: list[ProblemType] = [UNAUTHENTICATED, METHOD_NOT_ALLOWED, NOT_ACCEPTABLE]
        found += [RATE_LIMITED, INTERNAL, BUSY, type_of(ShapeInvalid), *map(type_of, told.problems)]
        found += _forbidden(told)
        if "{" in self.path:
            found += [NOT_FOUND]
        if told.lists is not None:
            found += [type_of(CursorInvalid)]
        if self._writes(told):
            found += [type_of(IdempotencyKeyRequired), type_of(IdempotencyKeyReused), IN_PROGRESS]
        if told.body is not None or told.rows is not None:
            found += [type_of(JsonMalformed), type_of(BodyTooLarge), UNSUPPORTED_MEDIA_TYPE]
        by_status: dict[int, set[str]] = {}
        for problem in found:
            by_status.setdefault(problem.status, set()).add(problem.code)
        return dict(sorted(by_status.items()))

    def _writes(self, told: Endpoint) -> bool:
        feeds = told.rows is not None
        return self.method in {"POST", "PUT", "PATCH", "DELETE"} and not told.reads and (feeds or not told.own_units)

    def get_override_parameters(self) -> list[Any]:
        """Return the query, paging, filters and the headers the frame reads."""
        told = self.told
        found: list[Any] = [told.query] if told.query is not None else []
        if told.lists is not None:
            limit = {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": DEFAULT_LIMIT}
            found += [OpenApiParameter("limit", limit), OpenApiParameter("cursor", str, description="`next` of a page")]
        if told.filters is not None:
            found += _filter_parameters(told.filters)
        if self._writes(told):
            required = self.method == "POST"
            key = {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[\\x21-\\x7e]+$"}
            found += [OpenApiParameter("Idempotency-Key", key, OpenApiParameter.HEADER, required=required)]
        return found

    def get_examples(self) -> list[OpenApiExample]:
        """Return the declared examples."""
        told = self.told
        found = []
        if told.body_example is not None:
            found += [OpenApiExample("Request", told.body_example, request_only=True)]
        if told.rows is not None:
            for kind in _text_kinds(told.rows):
                text = _WRITERS[kind](told.body_example)
                found += [OpenApiExample(kind, text, request_only=True, media_type=kind)]
        if told.lists is not None:
            page = {"items": [self._listed(told)], "next": None}
            found += [OpenApiExample("Page", page, response_only=True, status_codes=["200"])]
        elif told.answer_example is not None:
            statuses = [str(status) for status in told.answers if status < (202 if told.rows else 300)]
            found += [OpenApiExample("Answer", told.answer_example, response_only=True, status_codes=statuses)]
        if told.rows is not None:
            found += [OpenApiExample("Queued", _QUEUED, response_only=True, status_codes=["202"])]
        return found

    def _listed(self, told: Endpoint) -> Any:
        """Return one item of a list: the declared one, or what a PUT of the same address would send."""
        sent = cast("type[ApiView]", type(self.view)).declared("PUT")
        if told.answer_example is not None or sent is None:
            return told.answer_example
        return sent.body_example[0]


_QUEUED = {"ref": "J-7K3MQ9XWD2T", "status": "QUEUED", "rows_total": 250_000, "href": "/api/v1/jobs/J-7K3MQ9XWD2T"}
_WRITERS = {"application/x-ndjson": as_ndjson, "text/csv": as_csv}


def _forbidden(told: Endpoint) -> list[ProblemType]:
    """Return what refuses a key that is live, and not for this."""
    found = [type_of(ScopeMissing)] if told.scope is not None else []
    if told.channels is ForChannels.CLOSED:
        found.append(type_of(ChannelForbidden))
    if told.for_nodes is ForNodes.CLOSED:
        found.append(type_of(NodeForbidden))
    return found


def _text_kinds(rows: Shape) -> list[str]:
    """Return the text formats that can hold such rows: what has parts within parts does not fit into cells."""
    parts = cast("serializers.Serializer[Any]", rows()).fields.values()
    nested = any(isinstance(part, serializers.BaseSerializer) and not isinstance(part, MoneyShape) for part in parts)
    return ["application/x-ndjson"] if nested else list(_WRITERS)


def _answer(status: int, shape: Shape | None) -> Any:
    return OpenApiResponse(shape, description="Accepted; the work goes on" if status == 202 else "Done")


@cache
def _page_of(shape: Shape) -> Any:
    """Return the shape of one page of `shape`; the same one for every list of it, as one component of the schema."""
    name = shape.__name__.removesuffix("Shape") + "Page"
    return type(
        name,
        (serializers.Serializer,),
        {"items": shape(many=True), "next": serializers.CharField(allow_null=True), "__doc__": "One page."},
    )
