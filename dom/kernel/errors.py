"""Answers what a refusal looks like: a type, a sentence for the person, and plain facts for programs."""

from enum import Enum


class Kind(Enum):
    """What sort of refusal it is; an edge maps each to its own words (REST to a status code)."""

    INVALID = "invalid"
    REFUSED = "refused"
    NOT_FOUND = "not_found"
    FORBIDDEN = "forbidden"
    MISMATCH = "mismatch"
    TOO_LARGE = "too_large"
    GONE = "gone"


class DomainError(Exception):
    """An anticipated refusal; shown to the person who asked and never paged on.

    `code` is stable and public. `facts` are plain values (str, int, bool, None, lists and dicts of these).
    """

    code = "domain-error"
    title = "The request was refused"
    kind = Kind.REFUSED

    def __init__(self, message: str, /, **facts: object) -> None:
        super().__init__(message)
        self.facts = facts


class NotFound(DomainError):
    """Nothing has the reference that was asked for."""

    code = "not-found"
    title = "Not found"
    kind = Kind.NOT_FOUND


class ChangedMeanwhile(DomainError):
    """Somebody else changed the same after it was looked at; nothing was saved."""

    code = "changed-meanwhile"
    title = "Somebody else changed it meanwhile"


class EventsForgotten(DomainError):
    """A reader of the feed was away for so long that events behind its position are no longer kept."""

    code = "events-forgotten"
    title = "Some events are no longer kept"
    kind = Kind.GONE


class MissingTransaction(RuntimeError):
    """Code that demands a unit of work ran without one: a bug, never caught."""


class NestedTransaction(RuntimeError):
    """An edge opened a unit of work inside another: a bug, never caught."""
