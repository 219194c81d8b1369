"""Carries the rows of rules to the services that publish them: each row is a document of its own."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from dom.kernel import config
from dom.kernel.rest.errors import Fault
from dom.kernel.rest.feeds import Context, Feed, Row, register
from inventory import services
from inventory.api.feeds import apply_good, split_by_node
from inventory.api.rule_shapes import (
    CapacityLineShape,
    CapacityShape,
    ChannelRuleShape,
    LowStockShape,
    QuotaShape,
    SafetyStockShape,
)
from inventory.services.low_stock import publish_low_stock


def _publisher(service: Callable[..., object]) -> Callable[[Sequence[Row], Context], Sequence[Fault]]:
    def publish(*, rows: list[dict[str, Any]], at: Any, actor: str) -> object:
        return service(bodies=rows, at=at, actor=actor)

    def apply(rows: Sequence[Row], context: Context) -> Sequence[Fault]:
        return apply_good(rows, context, make=_plain, service=publish)

    return apply


def _plain(value: Any) -> Any:
    """Return `value` as JSON has it: documents are stored and compared as JSON."""
    if isinstance(value, dict):
        return {name: _plain(child) for name, child in value.items()}
    return [_plain(child) for child in value] if isinstance(value, (list, tuple)) else value


def _publish_capacities(rows: Sequence[Row], context: Context) -> Sequence[Fault]:
    good, faults = split_by_node(rows, context, field="node")
    return [*faults, *_publisher(services.publish_capacities)(good, context)]


SAFETY_STOCK = register(
    Feed(
        "safety-stock",
        SafetyStockShape,
        lambda value: value["code"],
        _publisher(services.publish_safety_stock),
    )
)
CHANNEL_RULES = register(
    Feed(
        "channel-rules",
        ChannelRuleShape,
        lambda value: value["code"],
        _publisher(services.publish_channel_rules),
    )
)
LOW_STOCK = register(
    Feed(
        "low-stock",
        LowStockShape,
        lambda value: value["code"],
        _publisher(publish_low_stock),
    )
)
CAPACITIES = register(
    Feed(
        "capacities",
        CapacityShape,
        lambda value: value["node"],
        _publish_capacities,
    )
)


def capacity_line(value: Mapping[str, Any]) -> tuple[str, ...]:
    """Return what a line of capacity is about: node, unit, slot, weekdays and date."""
    days = "+".join(sorted(value.get("days") or ()))
    return value["node"], value["unit"], value.get("slot") or "", days, value.get("date") or ""


def _apply_lines(rows: Sequence[Row], context: Context) -> Sequence[Fault]:
    """Publish the capacity of each node that is named, with its lines in the place of those about the same."""
    live, lines = config.live_versions("capacity"), defaultdict[str, list[Row]](list)
    for row in rows:
        lines[row.value["node"]].append(row)
    documents = []
    for node, said in lines.items():
        body: Mapping[str, Any] = live[node].body if node in live else {"node": node, "limits": []}
        limits = {capacity_line({**one, "node": node}): one for one in body["limits"]}
        limits |= {capacity_line(row.value): _limit(row.value) for row in said}
        documents.append(Row(said[0].number, {**body, "limits": list(limits.values())}))
    return _publisher(services.publish_capacities)(documents, context)


def _limit(value: Mapping[str, Any]) -> dict[str, Any]:
    return {name: part for name, part in value.items() if name == "limit" or (part and name != "node")}


CAPACITY_LINES = register(Feed("capacity-lines", CapacityLineShape, capacity_line, _apply_lines))
QUOTAS = register(
    Feed(
        "quotas",
        QuotaShape,
        lambda value: (value["channel"], value["sku"]),
        lambda rows, context: apply_good(
            rows, context, make=lambda value: services.QuotaRow(**value), service=services.upsert_quotas
        ),
    )
)
