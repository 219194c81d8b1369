"""Refusals of routing."""

from dom.kernel.errors import DomainError, Kind, NotFound


class ConfigRefused(DomainError):
    """A policy, rate card, calendar, … says something it may not; `path` names the place."""

    code = "config-invalid"
    title = "The configuration is not valid"
    kind = Kind.INVALID


class DecisionNotFound(NotFound):
    """Nothing was decided under the reference."""

    code = "decision-not-found"
    title = "There is no such decision"


class RequestRefused(DomainError):
    """A routing request names something that the network does not have."""

    code = "routing-request-invalid"
    title = "This cannot be routed"
    kind = Kind.INVALID
