"""Says what one endpoint is: its scope, shapes, answers and problems; the frame obeys it and the schema shows it."""

import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from enum import Enum
from typing import Any, TypeVar, cast

from django_filters import FilterSet
from rest_framework.serializers import BaseSerializer

from dom.kernel.errors import DomainError
from dom.kernel.rest.scopes import Scope

Shape = type[BaseSerializer[Any]]
Handler = TypeVar("Handler", bound=Callable[..., Any])


class ForChannels(Enum):
    """What an endpoint means to a key that is limited to channels; the words stand in its description.

    CLOSED is what an endpoint is until somebody has thought about it: what shows every channel at once stays closed.
    """

    CLOSED = "refused, it concerns every channel"
    OWN = "their own channels alone"
    SHARED = "as any other, it is the same for every channel"


class ForNodes(Enum):
    """What an endpoint that configures the network means to a key that is limited to nodes."""

    CLOSED = "refused, it concerns every node"
    OWN = "their own nodes alone"


#: What every paged list is asked for.
_PAGED = ("limit", "cursor")
#: Rights to configure the whole network: closed to keys of some nodes, but for what says OWN.
_NETWORK_WIDE = frozenset({Scope.NETWORK_WRITE, Scope.POLICIES_WRITE})


@dataclass(frozen=True, slots=True)
class Deprecation:
    """Says that something is to go: announced at `since`, gone at `until`, and what to use `instead`.

    Partners are promised twelve months between the two (docs/api-changes.md).
    """

    since: datetime
    until: datetime
    instead: str

    def __post_init__(self) -> None:
        if self.until - self.since < timedelta(days=365):
            raise ValueError("Partners have twelve months to change over.")

    def headers(self) -> dict[str, str]:
        """Return the headers of RFC 9745 and RFC 8594 that every answer carries, refusals included."""
        return {
            "Deprecation": f"@{int(self.since.timestamp())}",
            "Sunset": format_datetime(self.until.astimezone(UTC), usegmt=True),
            "Link": '</api/docs/>; rel="deprecation"',
        }


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One method of one address.

    `scope` None lets any live key in. `body` and `query` are checked before the handler runs: it finds their values
    in `self.asked` and `self.query`. `answers` maps a status to its shape (None: no body). `lists` is the shape of one
    item of a paged list (`answer_example` is then one item, else the first row that a PUT there sends). A writing
    handler (POST, PUT, PATCH, DELETE) runs inside one unit of work with the idempotency key; `reads=True` says that a
    POST changes nothing (no key, no unit of work); `own_units=True` that the handler opens its own and reads the body
    itself. `rows` is the shape of one row of a feed. `ends` says that the endpoint is to go, and when.
    With `channels` OWN the handler narrows to `self.caller.channels`; with `nodes` OWN to `self.caller.nodes`.
    """

    scope: Scope | None
    summary: str
    tag: str
    body: Shape | None = None
    body_example: Any = None
    query: Shape | None = None
    answers: Mapping[int, Shape | None] = field(default_factory=dict)
    answer_example: Any = None
    lists: Shape | None = None
    filters: type[FilterSet] | None = None
    problems: Sequence[type[DomainError]] = ()
    reads: bool = False
    own_units: bool = False
    rows: Shape | None = None
    ends: Deprecation | None = None
    channels: ForChannels = ForChannels.CLOSED
    nodes: ForNodes | None = None

    @property
    def for_nodes(self) -> ForNodes | None:
        """What it means to keys limited to nodes; None where it configures nothing and narrows by itself."""
        return self.nodes or (ForNodes.CLOSED if self.scope in _NETWORK_WIDE else None)

    def parameters(self) -> frozenset[str]:
        """Return the names that its query may hold; none where it reads no query."""
        asked: Any = self.query() if self.query is not None else None
        filters = self.filters.base_filters if self.filters is not None else ()
        return frozenset({*(asked.fields if asked else ()), *filters, *(_PAGED if self.lists is not None else ())})


def endpoint(
    scope: Scope | None,
    summary: str,
    *,
    tag: str,
    body: Shape | None = None,
    body_example: Any = None,
    query: Shape | None = None,
    answers: Mapping[int, Shape | None] | None = None,
    answer_example: Any = None,
    lists: Shape | None = None,
    filters: type[FilterSet] | None = None,
    problems: Sequence[type[DomainError]] = (),
    reads: bool = False,
    own_units: bool = False,
    rows: Shape | None = None,
    ends: Deprecation | None = None,
    channels: ForChannels = ForChannels.CLOSED,
    nodes: ForNodes | None = None,
) -> Callable[[Handler], Handler]:
    """Declare a handler of `ApiView` as an endpoint; see `Endpoint` for the words."""
    told = Endpoint(
        scope=scope,
        summary=summary,
        tag=tag,
        body=body,
        body_example=body_example,
        query=query,
        answers=answers or {},
        answer_example=answer_example,
        lists=lists,
        filters=filters,
        problems=problems,
        reads=reads,
        own_units=own_units,
        rows=rows,
        ends=ends,
        channels=channels,
        nodes=nodes,
    )

    def declare(handler: Handler) -> Handler:
        @functools.wraps(handler)
        def framed(view: Any, request: Any, **path: Any) -> Any:
            return view.framed(told, functools.partial(handler, view, request, **path))

        framed.endpoint = told  # type: ignore[attr-defined]  # read back by ApiView and the schema
        return cast("Handler", framed)

    return declare
