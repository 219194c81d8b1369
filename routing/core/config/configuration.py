"""Answers which policy, prices, services, lanes and calendars are live together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from routing.core.config.calendar import Calendar, parse_calendar
from routing.core.config.carrier_services import BUILT_IN_SERVICES, CarrierServices, parse_carrier_services
from routing.core.config.lanes import Lanes, parse_lanes
from routing.core.config.policy import BUILT_IN_POLICY, Policy, parse_policy
from routing.core.config.rate_card import BUILT_IN_RATE_CARD, RateCard, parse_rate_card

Body = Mapping[str, Any]


@dataclass(frozen=True, slots=True, eq=False)
class Configuration:
    """The live documents of routing, read. Made by `from_bodies`; without any document, the built-in values hold."""

    policies: tuple[Policy, ...] = ()
    rate_cards: Mapping[str, RateCard] = field(default_factory=dict)
    services: CarrierServices = BUILT_IN_SERVICES
    lanes: Lanes = field(default_factory=Lanes)
    calendars: Mapping[str, Calendar] = field(default_factory=dict)
    bodies: Mapping[str, Any] = field(default_factory=dict)

    def policy_for(self, channel: str) -> Policy:
        """Return the first policy (in code order) for `channel` by name, else for every channel, else the built-in."""
        for policy in self.policies:
            if channel in policy.channels:
                return policy
        return next((policy for policy in self.policies if not policy.channels), BUILT_IN_POLICY)

    def rate_card_for(self, service_rate_card: str) -> RateCard:
        """Return the card a service names; naming none (or an unknown one) is the first card, else the built-in."""
        if service_rate_card in self.rate_cards:
            return self.rate_cards[service_rate_card]
        first = min(self.rate_cards, default=None)
        return BUILT_IN_RATE_CARD if first is None else self.rate_cards[first]

    @classmethod
    def from_bodies(
        cls,
        *,
        policies: Sequence[Body] = (),
        rate_cards: Sequence[Body] = (),
        carrier_services: Body | None = None,
        lanes: Body | None = None,
        calendars: Sequence[Body] = (),
    ) -> "Configuration":
        """Read the live documents.

        Raises:
            ConfigInvalid: a document is not valid (the published ones are: they were read before).
        """
        bodies = {
            "policies": list(policies),
            "rate_cards": list(rate_cards),
            "carrier_services": carrier_services,
            "lanes": lanes,
            "calendars": list(calendars),
        }
        return cls(
            policies=tuple(sorted((parse_policy(body) for body in policies), key=lambda policy: policy.code)),
            rate_cards={card.code: card for card in map(parse_rate_card, rate_cards)},
            services=parse_carrier_services(carrier_services) if carrier_services else BUILT_IN_SERVICES,
            lanes=parse_lanes(lanes) if lanes else Lanes(),
            calendars={calendar.code: calendar for calendar in map(parse_calendar, calendars)},
            bodies=bodies,
        )

    def to_data(self) -> Mapping[str, Any]:
        """Return the documents that this was read from."""
        return self.bodies

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> "Configuration":
        """Return the configuration that `to_data` wrote."""
        return cls.from_bodies(**data)
