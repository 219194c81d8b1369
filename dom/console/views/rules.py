"""The rules by which orders are routed, in the words of the document that the engine runs."""

from dataclasses import dataclass
from typing import Any

from dom.console.pages import ConsolePage
from dom.console.reach import Reach
from dom.kernel.models import ConfigVersion
from routing.core.config import parse_policy
from routing.core.config.policy import BUILT_IN_POLICY, LAST_GROUP, RuleGroup
from routing.kinds import CALENDAR, CARRIER_SERVICES, LANES, POLICY, RATE_CARD
from routing.selectors import live_documents, versions

_BESIDE = (("Rate cards", RATE_CARD), ("Carrier services", CARRIER_SERVICES), ("Lanes", LANES), ("Calendars", CALENDAR))


@dataclass(frozen=True, slots=True)
class GroupCard:
    """One rule group: for which orders, its rules in order, and what happens to what they cannot fill."""

    name: str
    match: str
    rules: list[list[str]]
    unfilled: str
    ship_complete: bool


class Rules(ConsolePage):
    """Every live policy, its groups and rules as sentences, and the documents beside it."""

    title = "Rules"
    template_name = "console/rules.html"
    permission_required = "kernel.view_configversion"
    reach = Reach.NETWORK

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Read the live documents with the engine's own parsers, so that the words cannot differ from the deeds."""
        policies = [(version, *_cards(version)) for version in live_documents(POLICY.kind)]
        return super().get_context_data(
            policies=policies,
            built_in=BUILT_IN_POLICY.describe() if not policies else [],
            beside=[
                (title, [(version, kind.read(version.body).describe()) for version in live_documents(kind.kind)])
                for title, kind in _BESIDE
            ],
            **kwargs,
        )


def _cards(version: ConfigVersion) -> tuple[str, list[GroupCard], list[ConfigVersion]]:
    policy = parse_policy(version.body)
    prices = policy.describe()[0]
    earlier = list(versions(POLICY.kind, version.scope).exclude(id=version.id)[:5])
    return prices, [_card(group) for group in (*policy.groups, LAST_GROUP)], earlier


def _card(group: RuleGroup) -> GroupCard:
    return GroupCard(
        name=group.name,
        match=group.match.describe(),
        rules=[rule.describe() for rule in group.rules],
        unfilled=group.unfilled.describe(),
        ship_complete=group.ship_complete,
    )
