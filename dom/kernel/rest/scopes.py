"""Names what a key may do; the table is part of the public contract."""

from enum import StrEnum


class Scope(StrEnum):
    """One right of an API key. Writing does not include reading: a stock feed needs to see nothing."""

    ORDERS_READ = "orders:read"
    ORDERS_WRITE = "orders:write"
    STOCK_READ = "stock:read"
    STOCK_WRITE = "stock:write"
    NETWORK_READ = "network:read"
    NETWORK_WRITE = "network:write"
    FULFILLMENT_READ = "fulfillment:read"
    FULFILLMENT_WRITE = "fulfillment:write"
    EVENTS_READ = "events:read"
    EVENTS_WRITE = "events:write"
    WEBHOOKS_READ = "webhooks:read"
    WEBHOOKS_WRITE = "webhooks:write"
    POLICIES_READ = "policies:read"
    POLICIES_WRITE = "policies:write"


ALL_SCOPES = tuple(scope.value for scope in Scope)
