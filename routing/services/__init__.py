"""What routing does: decide batches, keep the record, publish configuration."""

from routing.runs import Decided
from routing.services.deciding import route
from routing.services.publishing import (
    publish_calendars,
    publish_carrier_services,
    publish_draft,
    publish_lanes,
    publish_policies,
    publish_rate_cards,
    retire,
    roll_back,
    save_draft,
)
from routing.services.record import PackedDecision, packed, record

__all__ = [
    "Decided",
    "PackedDecision",
    "packed",
    "publish_calendars",
    "publish_carrier_services",
    "publish_draft",
    "publish_lanes",
    "publish_policies",
    "publish_rate_cards",
    "record",
    "retire",
    "roll_back",
    "route",
    "save_draft",
]
