"""Carries the rows of network feeds to the services that apply them."""

from collections.abc import Callable, Sequence
from typing import Any

from dom.kernel.rest.errors import Fault
from dom.kernel.rest.feeds import Context, Feed, Row, register
from inventory import services
from inventory.api.shapes import ChannelShape, NodeGroupShape, NodeShape, SkuShape
from inventory.errors import RowsInvalid

Service = Callable[..., object]


def apply_good(
    rows: Sequence[Row], context: Context, *, make: Callable[[Any], Any], service: Service
) -> Sequence[Fault]:
    """Apply `rows` through a service that takes all or nothing; return the faults of those it would not have.

    The service checks every row before it writes, so the second call meets only rows that passed.
    """
    faults: list[Fault] = []
    good = list(rows)
    while good:
        try:
            service(rows=[make(row.value) for row in good], at=context.at, actor=context.actor)
        except RowsInvalid as refusal:
            found, good = _split(good, refusal)
            faults += found
        else:
            break
    return faults


def _split(rows: Sequence[Row], refusal: RowsInvalid) -> tuple[list[Fault], list[Row]]:
    errors: Any = refusal.facts["errors"]
    wrong = {int(error["row"]) for error in errors}
    faults = [
        rows[int(e["row"])].fault(str(e["field"]), str(e.get("code", "unknown")), str(e["message"])) for e in errors
    ]
    return faults, [row for number, row in enumerate(rows) if number not in wrong]


def _sku(value: dict[str, Any]) -> services.SkuRow:
    facts = dict(value)
    if "value" in facts:
        facts["value_minor"], facts["currency"] = facts.pop("value")
    return services.SkuRow(**facts)


def _code(value: dict[str, Any]) -> str:
    return str(value["code"])


def _feed(kind: str, shape: Any, make: Callable[[Any], Any], service: Service) -> Feed:
    def apply(rows: Sequence[Row], context: Context) -> Sequence[Fault]:
        return apply_good(rows, context, make=make, service=service)

    return register(Feed(kind, shape, _code, apply))


SKUS = _feed("skus", SkuShape, _sku, services.upsert_skus)


def split_by_node(rows: Sequence[Row], context: Context, *, field: str) -> tuple[list[Row], list[Fault]]:
    """Return the rows whose node the key may act for, and the faults of the others."""
    others = {row.number for row in rows if context.nodes and row.value[field] not in context.nodes}
    faults = [
        row.fault(field, "node-forbidden", f"This key may not act for node {row.value[field]}.")
        for row in rows
        if row.number in others
    ]
    return [row for row in rows if row.number not in others], faults


def _apply_nodes(rows: Sequence[Row], context: Context) -> Sequence[Fault]:
    good, faults = split_by_node(rows, context, field="code")
    made = apply_good(good, context, make=lambda value: services.NodeRow(**value), service=services.upsert_nodes)
    return [*faults, *made]


NODES = register(Feed("nodes", NodeShape, _code, _apply_nodes))
NODE_GROUPS = _feed(
    "node-groups",
    NodeGroupShape,
    lambda value: services.NodeGroupRow(**{**value, "nodes": tuple(value.get("nodes", ()))}),
    services.upsert_node_groups,
)
CHANNELS = _feed("channels", ChannelShape, lambda value: services.ChannelRow(**value), services.upsert_channels)
