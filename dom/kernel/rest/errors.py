"""Refusals of the REST frame itself: what was wrong with the request before any service saw it."""

from collections.abc import Sequence
from dataclasses import dataclass

from dom.kernel.errors import DomainError, Kind


@dataclass(frozen=True, slots=True)
class Fault:
    """One wrong place in a body: `pointer` is a JSON pointer; `row` counts from 1 in feeds, else 0."""

    pointer: str
    code: str
    detail: str
    row: int = 0
    field: str = ""

    def as_json(self) -> dict[str, str | int]:
        """Return the fault as it stands in a problem; `row` only where there are rows."""
        shown: dict[str, str | int] = {"pointer": self.pointer, "code": self.code, "detail": self.detail}
        if self.row:
            shown["row"] = self.row
        if self.field:
            shown["field"] = self.field
        return shown


class ShapeInvalid(DomainError):
    """The body or the query does not have the documented shape."""

    code = "validation"
    title = "The request does not have the documented shape"
    kind = Kind.INVALID

    def __init__(self, message: str, /, *, faults: Sequence[Fault] = ()) -> None:
        super().__init__(message)
        self.faults = tuple(faults)


class JsonMalformed(DomainError):
    """The body is not JSON as RFC 8259 has it."""

    code = "malformed-json"
    title = "The body is not valid JSON"
    kind = Kind.INVALID


class BodyTooLarge(DomainError):
    """The body is larger than the endpoint takes."""

    code = "body-too-large"
    title = "The body is too large"
    kind = Kind.TOO_LARGE


class IdempotencyKeyRequired(DomainError):
    """A POST came without the header Idempotency-Key, or with an unusable one."""

    code = "idempotency-key-required"
    title = "Send an Idempotency-Key"
    kind = Kind.INVALID


class IdempotencyKeyReused(DomainError):
    """The key was used for another request."""

    code = "idempotency-key-reused"
    title = "The idempotency key belongs to another request"
    kind = Kind.MISMATCH


class CursorInvalid(DomainError):
    """The cursor was not made by this list with these filters."""

    code = "cursor-invalid"
    title = "The cursor does not belong to this list"
    kind = Kind.INVALID


class ScopeMissing(DomainError):
    """The key lacks the scope that the endpoint needs."""

    code = "scope-missing"
    title = "The key may not do this"
    kind = Kind.FORBIDDEN


class NodeForbidden(DomainError):
    """The key is limited to other nodes."""

    code = "node-forbidden"
    title = "The key may not act for this node"
    kind = Kind.FORBIDDEN


class ChannelForbidden(DomainError):
    """The key is limited to other channels, or what it asks for is no single channel's."""

    code = "channel-forbidden"
    title = "The key may not act for this channel"
    kind = Kind.FORBIDDEN


class JobEnded(DomainError):
    """The job is not under way."""

    code = "job-ended"
    title = "The job is not under way"
