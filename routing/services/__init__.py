"""What routing does: decide batches, keep the record, publish configuration."""

from routing.services.publishing import (
    publish_calendars,
    publish_carrier_services,
    publish_lanes,
    publish_policies,
    publish_rate_cards,
    roll_back,
)

__all__ = [
    "publish_calendars",
    "publish_carrier_services",
    "publish_lanes",
    "publish_policies",
    "publish_rate_cards",
    "roll_back",
]
