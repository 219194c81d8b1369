from dom.demo import hours, rates, rules
from routing.core.config import (
    parse_calendar,
    parse_carrier_services,
    parse_lanes,
    parse_policy,
    parse_rate_card,
)


def test_the_demonstrations_documents_are_valid_and_name_each_other() -> None:
    services = parse_carrier_services(rates.CARRIER_SERVICES).services
    cards = {parse_rate_card(card).code for card in rates.RATE_CARDS}
    calendars = {parse_calendar(calendar).code for calendar in hours.calendars(2026)}

    assert {service.rate_card for service in services} == cards
    assert calendars == {"dc", "store", "partner", "maker"}
    assert parse_lanes(rates.LANES).lanes


def test_the_demonstrations_policy_has_twelve_rules_or_more() -> None:
    assert sum(len(group.rules) for group in parse_policy(rules.POLICY).groups) >= 12
