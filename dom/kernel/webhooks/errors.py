"""Refusals of webhooks."""

from dom.kernel.errors import DomainError, Kind, NotFound


class WebhookNotFound(NotFound):
    """The caller has no such endpoint."""

    code = "webhook-not-found"
    title = "There is no such webhook endpoint"


class WebhookDeliveryNotFound(NotFound):
    """The endpoint was never sent such a message, or its history is no longer kept."""

    code = "webhook-delivery-not-found"
    title = "There is no such delivery"


class WebhookUrlRefused(DomainError):
    """The address is none that messages may be sent to."""

    code = "webhook-url-refused"
    title = "Messages cannot be sent to this address"
    kind = Kind.INVALID


class TooManyWebhooks(DomainError):
    """A client has as many endpoints as it may have."""

    code = "too-many-webhooks"
    title = "No more endpoints"


class WebhookPositionUnknown(DomainError):
    """The feed has not come to this position."""

    code = "webhook-position-unknown"
    title = "The feed has no such position"
    kind = Kind.INVALID
