"""The configuration of routing: documents in, typed values out; errors name the path."""

from routing.core.config.calendar import Calendar, parse_calendar
from routing.core.config.carrier_services import CarrierServices, parse_carrier_services
from routing.core.config.configuration import Configuration
from routing.core.config.lanes import Lanes, parse_lanes
from routing.core.config.policy import Policy, parse_policy
from routing.core.config.rate_card import RateCard, parse_rate_card
from routing.core.config.reading import ConfigInvalid

__all__ = [
    "Calendar",
    "CarrierServices",
    "ConfigInvalid",
    "Configuration",
    "Lanes",
    "Policy",
    "RateCard",
    "parse_calendar",
    "parse_carrier_services",
    "parse_lanes",
    "parse_policy",
    "parse_rate_card",
]
