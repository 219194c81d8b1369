"""How orders are routed, as merchandisers write it: prices, and groups of rules in their order."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from dom.console.documents import choosing, policy_lines
from dom.console.documents.editor import Block, Body, Section
from dom.console.documents.sort import DocumentSort, ender
from dom.console.masters import cells
from dom.kernel.models import ConfigVersion
from inventory.models import Channel, NodeGroup
from routing import services
from routing.core.config import parse_policy
from routing.core.config.choosing import EVERY_ORDER
from routing.core.config.policy import RANKS, WEIGHTED, RuleGroup
from routing.kinds import POLICY

_WAYS = (("SHIP", "Ship"), ("PICKUP", "Pickup"), ("SHIP_TO_STORE", "Ship to store"), ("SAME_DAY", "Same day"))
_THEN = (
    ("", "As usual: waits for stock"),
    ("BACKORDER", "Waits for stock"),
    ("HOLD", "Held for a person"),
    ("CANCEL", "Cancelled"),
)
_BEYOND = (("", "As usual: held for a person"), ("HOLD", "Held for a person"), ("CANCEL", "Cancelled"))


def _preference() -> Block:
    money = {
        "bonus": cells.Amount("Bonus a parcel"), "penalty": cells.Amount("Penalty a parcel"),
        "per_km": cells.Amount("Each km"),
    }  # fmt: skip
    return Block(
        (Section("", "", money), *choosing.from_nodes("nodes", distance=False)),
        name="prefer", title="Prefers or avoids", layout="cards", one="preference",
        about="Money that a parcel from these nodes counts less or more; every fitting preference counts.",
    )  # fmt: skip


def _rule() -> Block:
    limits = {
        "limits.max_splits": cells.Number("At most", "0: the order may not be split.", unit="splits"),
        "limits.keep_together": cells.Flag("A line is never cut over nodes"),
        "limits.max_late_hours": cells.Number("At most late", unit="hours"),
        "limits.min_parcel_value": cells.Amount("A part of a split is worth at least"),
        "limits.min_parcel_units": cells.Number("A part of a split has at least", unit="units"),
        "limits.keep_units": cells.Number("Every node keeps back", unit="units"),
    }
    ranks = cells.Words(
        "Order of nodes instead of cost", f"Out of {', '.join(RANKS.values())}; the first counts most.",
        words=RANKS,
    )  # fmt: skip
    return Block(
        (
            Section("", "", {"name": cells.Text("Rule"), "active": cells.Flag("In force", absent=True),
                             "allow_partial": cells.Flag("Keeps what it can place and hands the rest on")}),
            *choosing.from_nodes("nodes", distance=True),
            Section("In which order", "Empty: the cheapest plan.", {"rank": ranks}),
            Section("Limits", "Empty: no limit.", limits),
        ),
        (_preference(),),
        name="rules", title="Rules", layout="cards", one="rule", moves=True, needed=("name",),
        about="Tried in order; the first that fills every unit wins.",
    )  # fmt: skip


def _conditions(path: str, channels: cells.Choices) -> dict[str, object]:
    """Return the inputs of what is said of an order; those of `match` and those of what it leaves out are alike."""
    return {
        f"{path}.channels": cells.Many("From channels", choices=channels),
        f"{path}.methods": cells.Many("By", choices=_WAYS),
        f"{path}.service_levels": cells.Words("Service levels"),
        f"{path}.customer_tiers": cells.Words("Customer tiers"),
        f"{path}.tags": cells.Words("Orders tagged"),
        f"{path}.sku_tags": cells.Words("With a SKU tagged"),
        f"{path}.handling_classes": cells.Words("With handling class"),
        f"{path}.hazmat_classes": cells.Words("With hazmat class"),
        f"{path}.temperature_classes": cells.Words("With temperature class", "CHILLED, FROZEN"),
        f"{path}.countries": cells.Words("To countries"),
        f"{path}.regions": cells.Words("To regions"),
        f"{path}.postal_prefixes": cells.Words("To postal codes starting"),
        f"{path}.value.at_least": cells.Amount("Worth at least"),
        f"{path}.value.below": cells.Amount("Worth less than"),
        f"{path}.units.at_least": cells.Number("Units, at least", unit="units"),
        f"{path}.units.below": cells.Number("Units, fewer than", unit="units"),
        f"{path}.priority.at_least": cells.Number("Priority, at least"),
        f"{path}.priority.below": cells.Number("Priority, below"),
        f"{path}.promise.within_hours": cells.Number(
            "Promised within", "Of the decision; 0: due or overdue.", unit="hours"
        ),
        f"{path}.promise.later_than_hours": cells.Number("Promised later than", unit="hours"),
        f"{path}.promise.from": cells.UtcMoment("Promised from (UTC)"),
        f"{path}.promise.before": cells.UtcMoment("Promised before (UTC)"),
        f"{path}.promised": cells.YesNo("Has a promise"),
    }


def _group() -> Block:
    rows = Channel.objects.order_by("code").values_list("code", "name")
    channels = [(code, name or code) for code, name in rows]
    unfilled = {
        "unfilled.then": cells.Choice("What cannot be filled", choices=_THEN),
        "unfilled.beyond_limit": cells.Choice(
            "What no backorder limit has a place for", "A SKU may say how many units wait at most.", choices=_BEYOND
        ),
        "unfilled.auto_cancel_days": cells.Number("Cancelled after", "Empty: it waits without end.", unit="days"),
        "ship_complete": cells.Flag("Nothing leaves unless everything can"),
    }
    return Block(
        (
            Section("", "", {"name": cells.Text("Group"), "active": cells.Flag("In force", absent=True)}),
            Section("For which orders", "Nothing ticked or named: every order.", _conditions("match", channels)),
            Section("But not for these", "An order that fits everything said here is left to the next group.",
                    _conditions("match.not", channels)),
            Section("Yet for these after all", "What is left out above, and fits everything said here, is taken.",
                    _conditions("match.not.not", channels)),
            Section("What happens to the rest", "", unfilled),
        ),
        (_rule(),),
        name="groups", title="Groups", layout="cards", one="group", moves=True, needed=("name",),
        about="The first group that fits an order takes it.",
    )  # fmt: skip


def _block() -> Block:
    prices = {
        "prices.split": cells.Amount("A split costs"), "prices.late_hour": cells.Amount("An hour late"),
        "prices.failed_pick": cells.Amount("A failed pick"), "prices.full_node": cells.Amount("A full node"),
    }  # fmt: skip
    weights = {f"weights.{name}": cells.Amount(name.replace("_", " ").capitalize(), unit="times") for name in WEIGHTED}
    head = {
        "code": cells.Code("Code", "It never changes afterwards."),
        "channels": cells.Words("For channels", "Empty: for every channel without a policy of its own."),
    }
    return Block(
        (
            Section("The policy", "", head),
            Section("Prices", "In your main currency; what the optimizer weighs against freight.", prices),
            Section("Weights", "How much a cost counts: 1 is as it is, 0 not at all. Empty is 1.", weights),
        ),
        (_group(),),
        needed=("code",),
    )


def _document(page: Body) -> Body:
    """Return the page with what waiting means where only its end was said."""
    groups = [
        {**group, "unfilled": {"then": "BACKORDER", **group["unfilled"]}} if group.get("unfilled") else group
        for group in page.get("groups") or ()
    ]
    return {**page, "groups": groups} if groups else page


def _unreached(groups: Sequence[RuleGroup]) -> Iterator[str]:
    for number, group in enumerate(groups):
        first = next((one for one in groups[:number] if one.match.covers(group.match)), None)
        if first is not None:
            every = first.match.covers(EVERY_ORDER)
            what = "every order" if every else "every order that it asks for"
            yield f"Group {group.name} is never reached: {first.name} before it takes {what}."


def _warns(body: Body) -> list[str]:
    policy = parse_policy(body)
    warnings = [*_unreached(policy.groups)]
    if not any(group.match.covers(EVERY_ORDER) for group in policy.groups):
        warnings.append("No group takes every order: what fits none goes the cheapest way over all nodes.")
    known = set(NodeGroup.objects.values_list("code", flat=True))
    named = {code for group in policy.groups for rule in group.rules for code in rule.nodes.groups}
    warnings += [f"No node group is called {code}." for code in sorted(named - known)]
    sold = set(Channel.objects.values_list("code", flat=True))
    return [*warnings, *(f"No channel is called {code}." for code in sorted(policy.channels - sold))]


def _heads(body: Body) -> set[str]:
    return {group.describe()[0] for group in parse_policy(body).groups}


def _publish(body: Body, *, note: str, at: datetime, actor: str) -> ConfigVersion:
    return services.publish_policies(bodies=[body], actor=actor, at=at, note=note)[0]


POLICIES = DocumentSort(
    kind="policy",
    words="Policies",
    word="policy",
    about="How orders are routed: what a split or an hour late costs, and groups of rules that filter and limit.",
    absent="Every order is routed by the built-in policy: the cheapest plan over all nodes.",
    blank={"groups": [{"name": "Every order", "rules": [{"name": "Cheapest over all nodes"}]}]},
    block=_block,
    parse=POLICY.read,
    publish=_publish,
    end=ender("policy"),
    document=_document,
    warns=_warns,
    heads=_heads,
    flat=(policy_lines.COLUMNS, policy_lines.lines),
)
