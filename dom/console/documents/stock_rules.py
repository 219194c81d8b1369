"""What keeps stock and capacity back, as merchandisers write it: safety stock, channel rules, low stock, capacities."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms

from dom.console.documents.editor import Block, Body, Section
from dom.console.documents.sort import DocumentSort
from dom.console.masters import cells
from dom.kernel import config
from dom.kernel.models import ConfigVersion
from inventory import services
from inventory.models import Channel, Node, NodeGroup
from inventory.rules import METHODS, WEEKDAYS, parse_capacity, parse_channel_rule, parse_low_rule, parse_safety_rule
from inventory.selectors.rule_effects import foreseen_effect, foreseen_low
from inventory.services import low_stock

_METHOD_WORDS = {"SHIP": "Ship", "PICKUP": "Pickup", "SHIP_TO_STORE": "Ship to store", "SAME_DAY": "Same day"}
_UNIT_WORDS = {"ORDERS": "orders", "LINES": "lines", "UNITS": "units", "MINUTES": "minutes of work"}
#: What a rule cannot be without.
_CODE = ("code",)
DAY_WORDS = dict(zip(WEEKDAYS, ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"), strict=True))


def _groups() -> list[tuple[str, str]]:
    rows = NodeGroup.objects.order_by("code").values_list("code", "name")
    return [("", "Every node"), *((code, name or code) for code, name in rows)]


def _channels() -> list[tuple[str, str]]:
    rows = Channel.objects.order_by("code").values_list("code", "name")
    return [("", "Every channel"), *((code, name or code) for code, name in rows)]


def _scope(*, for_channels: bool = True) -> Section:
    channel = {"channel": cells.Choice("For", choices=_channels())} if for_channels else {}
    return Section(
        "What it is about",
        "A SKU fits if it has one of the tags or is named; what is left empty means every one.",
        {
            "tags": cells.Words("SKUs tagged", "Separated by commas."),
            "skus": cells.Words("SKUs named", "Codes, separated by commas."),
            "node_group": cells.Choice("At the nodes of", choices=_groups()),
            **channel,
        },
    )


def _named() -> Section:
    return Section(
        "The rule",
        "Where several rules fit, the one with the lowest rank decides, then the one whose code comes first.",
        {
            "code": cells.Code("Code", "What it is called in explanations. It never changes afterwards."),
            "rank": cells.Number("Rank", "100 where nothing is said; lower goes first.", unit=""),
        },
    )


def _term() -> Section:
    return Section(
        "When it is in force",
        "From the first date to the last one, both included, by the clock of each node.",
        {
            "active": cells.Flag("In force", "Switched off, it stays here and does nothing.", absent=True),
            "from": cells.Day("From", "Empty: at once."),
            "to": cells.Day("To", "Empty: with no end."),
        },
    )


def _percent(label: str) -> cells.Number:
    about = "Of all that stands there, reserved units among it; rounded up to a whole unit."
    return cells.Number(label, about, unit="% of on hand")


def _safety_block() -> Block:
    keeps = {"units": cells.Number("Keep", unit="units"), "percent": _percent("Keep a percentage")}
    about = (
        "At each node, of each SKU: units, a percent, or both; then whichever is more. "
        "What is set for one SKU at one node counts where it is greater still."
    )
    return Block((_named(), _scope(), Section("What it keeps back", about, keeps), _term()), needed=_CODE)


def _channel_block() -> Block:
    says = {
        "threshold": cells.Number("Keep on top of safety stock", "Empty: no threshold.", unit="units"),
        "threshold_percent": _percent("Keep a percentage on top of safety stock"),
        "sell": cells.Choice(
            "Sell it?",
            "A switch beats every threshold.",
            choices=(("", "Says nothing"), ("yes", "Sell"), ("no", "Do not sell")),
        ),
        "methods": cells.Many(
            "The switch is about", "None ticked: every way.", choices=[(one, _METHOD_WORDS[one]) for one in METHODS]
        ),
    }
    return Block(
        (_named(), _scope(), Section("What it says", "A threshold, a switch, or both.", says), _term()), needed=_CODE
    )


def _low_block() -> Block:
    at = {"units": cells.Number("At so many free units", unit="units"), "percent": _percent("Or at a percentage")}
    about = (
        "At each node, of each SKU. Free is what is on hand, sellable and not reserved. Units, a percent, or both; "
        "then whichever is more. Partners hear of each crossing once."
    )
    return Block((_named(), _scope(for_channels=False), Section("When stock is low", about, at), _term()), needed=_CODE)


def _capacity_block() -> Block:
    nodes = Node.objects.order_by("code").values_list("code", "name")
    choices = [("", "Choose one"), *((code, f"{code} · {name}" if name else code) for code, name in nodes)]
    limit = {
        "unit": cells.Choice("Of", choices=[("", "Choose"), *_UNIT_WORDS.items()]),
        "limit": cells.Number("At most"),
        "days": cells.Many("On", choices=list(DAY_WORDS.items())),
        "date": cells.Day("Or on one date"),
        "slot": cells.Text("In the slot"),
    }
    return Block(
        (
            Section("The node", "", {"node": CodeChoice("Node", choices=choices)}),
            Section(
                "What work takes",
                "Limits in minutes count by it. All empty: a minute a line.",
                {
                    "order_seconds": cells.Number("An order", unit="seconds"),
                    "line_seconds": cells.Number("Each of its lines", unit="seconds"),
                    "unit_seconds": cells.Number("Each unit", unit="seconds"),
                },
            ),
        ),
        (
            Block(
                (Section("", "", limit),),
                name="limits",
                title="Limits of a day",
                about="A date beats a weekday, a weekday beats every day. No day ticked and no date: every day.",
                one="limit",
                needed=("unit", "limit"),
            ),
        ),
        needed=("node",),
    )


class CodeChoice(cells.Code):
    """A code that is chosen once and never changes."""

    def __init__(self, label: str, choices: cells.Choices) -> None:
        super().__init__(label)
        self.widget = forms.Select(choices=choices)


def _sell_page(body: Body) -> Body:
    if "sell" not in body:
        return body
    return {**body, "sell": "yes" if body["sell"] is True else "no" if body["sell"] is False else body["sell"]}


def _sell_document(page: Body) -> Body:
    words = {"yes": True, "no": False}
    return {**page, "sell": words.get(page["sell"], page["sell"])} if "sell" in page else page


def _publisher(service: Any) -> Any:
    def publish(body: Body, *, note: str, at: datetime, actor: str) -> ConfigVersion:
        versions: list[ConfigVersion] = service(bodies=[body], at=at, actor=actor, note=note)
        return versions[0]

    return publish


def _ender(kind: str) -> Any:
    def end(*, scope: str, note: str, at: datetime, actor: str) -> ConfigVersion:
        return services.retire_rule(kind=kind, scope=scope, at=at, actor=actor, note=note)

    return end


def _twins(kind: str) -> Any:
    def warns(body: Body) -> list[str]:
        others = config.live_versions(kind)
        mine = _about(body)
        same = [scope for scope, one in others.items() if scope != body.get("code") and _about(one.body) == mine]
        return (
            [f"{' and '.join(same)} is about the same SKUs, nodes and channel; the lower rank decides."] if same else []
        )

    return warns


def _about(body: Mapping[str, Any]) -> tuple[Any, ...]:
    sets = (sorted(body.get(name) or ()) for name in ("tags", "skus", "methods"))
    dates = (body.get("from") or "", body.get("to") or "")
    return (*map(tuple, sets), body.get("node_group") or "", body.get("channel") or "", "sell" in body, dates)


def _effect(kind: str) -> Any:
    return lambda body, at: foreseen_effect(kind=kind, body=body, at=at)


SAFETY_STOCK = DocumentSort(
    kind="safety-stock",
    words="Safety stock",
    word="safety stock rule",
    about="Units that are never promised, by tag or SKU, node group and channel. A change counts with the next look at "
    "availability; no stock is rewritten.",
    blank={},
    block=_safety_block,
    parse=parse_safety_rule,
    publish=_publisher(services.publish_safety_stock),
    end=_ender("safety-stock"),
    warns=_twins("safety-stock"),
    foresees=_effect("safety-stock"),
)
CHANNEL_RULES = DocumentSort(
    kind="channel-rules",
    words="Channel rules",
    word="channel rule",
    about="What a channel may not sell: thresholds on top of safety stock, and switches by tag, SKU, group and way.",
    blank={},
    block=_channel_block,
    parse=parse_channel_rule,
    publish=_publisher(services.publish_channel_rules),
    end=_ender("channel-rules"),
    page=_sell_page,
    document=_sell_document,
    warns=_twins("channel-rules"),
    foresees=_effect("channel-rules"),
)
LOW_STOCK = DocumentSort(
    kind=low_stock.KIND,
    words="Low-stock thresholds",
    word="low-stock threshold",
    about="Below what stock is low, by tag or SKU and node group: what falls to it appears in the list of what is low, "
    "and partners hear of each crossing once. Levels follow a change within seconds.",
    blank={},
    block=_low_block,
    parse=parse_low_rule,
    publish=_publisher(low_stock.publish_low_stock),
    end=low_stock.retire_low_stock,
    absent="Nothing is ever low. Write a threshold: by SKU or tag, at a group of nodes. Levels that fall to it appear "
    "in the list of what is low, and partners hear of each crossing once.",
    permission="inventory.{}_stocklevel",
    warns=_twins(low_stock.KIND),
    foresees=lambda body, _at: foreseen_low(body=body),
)
CAPACITY = DocumentSort(
    kind="capacity",
    words="Capacities",
    word="capacity",
    about="How much work a node takes on a day. What is used beyond a lowered limit stays, and is shown as excess.",
    blank={"limits": [{"unit": "ORDERS"}]},
    block=_capacity_block,
    parse=parse_capacity,
    publish=_publisher(services.publish_capacities),
    end=_ender("capacity"),
    named_by="node",
)
