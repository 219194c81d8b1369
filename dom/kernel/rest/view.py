"""The base of every endpoint: see docs/how-to/add-an-endpoint.md."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar, cast

from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest
from django.utils import timezone
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from dom.kernel.rest import bodies, etags, idempotency, limits, paging
from dom.kernel.rest.authentication import BearerKey
from dom.kernel.rest.errors import ChannelForbidden, Fault, NodeForbidden, ScopeMissing, ShapeInvalid
from dom.kernel.rest.handler import answer_problem
from dom.kernel.rest.keys import Caller
from dom.kernel.rest.problems import RATE_LIMITED, FrameProblem
from dom.kernel.rest.rendering import Renderer
from dom.kernel.rest.spec import Endpoint, ForChannels, ForNodes, Shape

Row = TypeVar("Row", bound=Model)
#: So many unknown names of a query are told.
_NAMED = 10
_WRITES = frozenset({"POST", "PUT", "DELETE", "PATCH"})


class ApiView(APIView):
    """Runs one declared endpoint: key, scope, limit, shape, idempotency and unit of work, problems, ETag.

    Inside a handler: `self.caller`, `self.at` (the request's one clock reading), `self.asked` (the checked body),
    `self.query` (the checked query).
    """

    authentication_classes = [BearerKey]
    permission_classes = [IsAuthenticated]
    renderer_classes = [Renderer]
    http_method_names = ["get", "head", "post", "put", "delete", "patch"]

    http: HttpRequest
    caller: Caller
    at: datetime
    asked: Any
    query: Any

    @classmethod
    def declared(cls, method: str) -> Endpoint | None:
        """Return what the handler of `method` was declared to be, or None where there is no handler."""
        handler = getattr(cls, "get" if method == "HEAD" else method.lower(), None)
        found: Endpoint | None = getattr(handler, "endpoint", None)
        return found

    def initialize_request(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Request:
        """Keep Django's own request: bodies are read from it, bounded, not through DRF's parsers."""
        self.http = request
        return super().initialize_request(request, *args, **kwargs)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Let the caller in, or not, before anything is read."""
        self.at = timezone.now()
        self.query = {}
        self.asked = None
        super().initial(request, *args, **kwargs)
        self.caller = cast("Caller", request.auth)
        self.allowance = limits.count_call(self.caller.client_id, at=self.at, own_limit=self.caller.calls_per_minute)
        if not self.allowance.allowed:
            wait = {"Retry-After": str(self.allowance.resets_in)}
            raise FrameProblem(RATE_LIMITED, f"{self.allowance.limit} calls a minute are allowed.", wait)
        if not all(bodies.storable(str(value)) for value in kwargs.values()):
            raise Http404

    def framed(self, told: Endpoint, handler: Callable[[], Response]) -> Response:
        """Run `handler` as it was declared: scope and shapes first, then its unit of work with the idempotency key."""
        if told.scope is not None and told.scope not in self.caller.scopes:
            raise ScopeMissing(f"This needs a key with the scope {told.scope}.", scope=str(told.scope))
        if told.channels is ForChannels.CLOSED and self.caller.channels:
            raise ChannelForbidden("This concerns every channel, and the key is limited to some.")
        if told.for_nodes is ForNodes.CLOSED and self.caller.nodes:
            raise NodeForbidden("This concerns every node, and the key is limited to some.")
        raw = self._read(told)
        if self.http.method not in _WRITES or told.reads or told.own_units:
            return handler()
        return idempotency.answer_once(self._claim(raw), handler, at=self.at)

    def _read(self, told: Endpoint) -> bytes:
        """Check the query and the body against their declared shapes; return the raw body where it was read."""
        if not all(bodies.storable(text) for _, texts in self.http.GET.lists() for text in texts):
            raise ShapeInvalid("The query holds a character that cannot be stored.")
        if self.http.method not in _WRITES:
            self._refuse_unknown(told)
        if told.query is not None:
            self.query = shaped(told.query, self.http.GET.dict())
        if told.own_units or self.http.method not in _WRITES:
            return b""
        raw = bodies.read_bytes(self.http)
        if told.body is not None:
            if raw:
                bodies.require_json(self.http)
            self.asked = shaped(told.body, bodies.parse_json(raw))
        return raw

    def _refuse_unknown(self, told: Endpoint) -> None:
        """Refuse a name in the query that is not known here: a misspelt filter would answer with everything."""
        known = told.parameters()
        strange = [name for name in self.http.GET if name not in known][:_NAMED] if known else []
        words = f"There is none of this name; there are {', '.join(sorted(known))}."
        if strange:
            faults = [Fault(f"#/query/{name}", "unknown", words, field=name) for name in strange]
            raise ShapeInvalid(f"The query holds {strange[0][:80]}, which is not known here.", faults=faults)

    def _claim(self, raw: bytes) -> idempotency.Claim | None:
        key = idempotency.key_of(self.http.headers, required=self.http.method == "POST")
        if not key:
            return None
        return idempotency.Claim(self.caller.client_id, key, idempotency.hash_of(self.http, raw))

    def page(self, rows: "QuerySet[Row]", *, by: tuple[str, ...], shape: Shape) -> Response:
        """Answer one page of `rows` in the order `by` (unique, each column NOT NULL), filtered as declared."""
        told = self.declared(self.http.method or "")
        filters = told.filters if told else None
        if filters is not None:
            asked = filters(data=self.http.GET, queryset=rows, request=self.http)
            if not asked.is_valid():
                raise ShapeInvalid("A filter has a value that it does not know.", faults=tuple(_filter_faults(asked)))
            rows = asked.qs
        items, following = paging.page(rows, by=by, query=self.http.GET)
        return Response({"items": shape(items, many=True).data, "next": following})

    def must_match(self, revision: int) -> None:
        """Refuse the write with 412 when the client's If-Match names another revision."""
        etags.require_match(self.http, revision)

    def handle_exception(self, exc: Exception) -> Response:
        """Answer a problem; what is no anticipated refusal goes on to Django's log and its 500."""
        answer = answer_problem(exc, {"request": self.http})
        if answer is None:
            raise exc
        answer.exception = True
        return answer

    def finalize_response(self, request: Request, response: Response, *args: Any, **kwargs: Any) -> Response:
        """Add the ETag, what is left of the rate limit, and when the endpoint is to go."""
        etags.tag(self.http, response)
        allowance = getattr(self, "allowance", None)
        for name, value in (allowance.headers() if allowance else {}).items():
            response[name] = value
        told = self.declared(self.http.method or "")
        for name, value in (told.ends.headers() if told and told.ends else {}).items():
            response[name] = value
        return super().finalize_response(request, response, *args, **kwargs)


def shaped(shape: Shape, value: Any) -> Any:
    """Return `value` checked against `shape`.

    Raises:
        rest_framework.exceptions.ValidationError: it differs; the frame answers with a pointer to each place.
    """
    serializer = shape(data=value)
    serializer.is_valid(raise_exception=True)
    return serializer.validated_data


def _filter_faults(asked: Any) -> list[Fault]:
    return [
        Fault(f"#/query/{name}", "invalid", str(message), field=name)
        for name, messages in asked.errors.items()
        for message in messages
    ]
