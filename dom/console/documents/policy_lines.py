"""Answers how policies read as a sheet: a line a rule, in the order in which routing tries them."""

from collections.abc import Iterator, Mapping, Sequence

from dom.kernel.errors import DomainError
from dom.kernel.models import ConfigVersion
from dom.kernel.words import yes_or_no
from routing.core.config import parse_policy
from routing.core.config.policy import RANKS, Policy, Rule
from routing.core.config.reading import in_money

COLUMNS = (
    "policy", "version", "live_from", "author", "channels", "group_number", "group", "orders", "rule_number", "rule",
    "in_force", "from_nodes", "order_of_nodes", "prefers", "max_splits", "keep_together", "max_late_hours",
    "min_parcel_value", "min_parcel_units", "keep_units", "allow_partial", "unfilled", "ship_complete",
)  # fmt: skip

Line = Sequence[object]


def lines(live: Mapping[str, ConfigVersion]) -> Iterator[Line]:
    """Yield the rules of the live policies (code -> version); what is switched off has its name and "no" alone.

    A version that can no longer be read has a line that says so.
    """
    for code in sorted(live):
        version = live[code]
        head = (code, version.number, version.live_from.isoformat() if version.live_from else "", version.author)
        try:
            policy = parse_policy(version.body)
        except DomainError:
            yield _filled((*head, "", "", "This version can no longer be read."))
            continue
        yield from ((*head, *line) for line in _of_policy(policy))


def _of_policy(policy: Policy) -> Iterator[Line]:
    channels = "; ".join(sorted(policy.channels)) or "every other channel"
    for number, group in enumerate(policy.groups, start=1):
        said = (channels, number, group.name, group.match.describe())
        for place, rule in enumerate(group.rules, start=1):
            yield (*said, place, *_of_rule(rule), group.unfilled.describe(), yes_or_no(group.ship_complete))
        yield from (_filled((*said, "", name, "no"), less=4) for name in group.switched_off)
    yield from (_filled((channels, "", name, "", "", "", "no"), less=4) for name in policy.switched_off)


def _of_rule(rule: Rule) -> Line:
    limits = rule.limits
    return (
        rule.name, "yes", rule.nodes.describe(), "; ".join(RANKS[rank] for rank in rule.rank) or "the cheapest plan",
        " ".join(one.describe() for one in rule.prefer), limits.max_splits, yes_or_no(limits.keep_together),
        limits.max_late_hours, in_money(limits.min_parcel_value_e4) if limits.min_parcel_value_e4 else "",
        limits.min_parcel_units or "", limits.keep_units or "", yes_or_no(rule.allow_partial),
    )  # fmt: skip


def _filled(line: Line, *, less: int = 0) -> Line:
    return (*line, *[""] * (len(COLUMNS) - less - len(line)))
