"""Publishes what keeps stock and capacity back. No stock row is written: rules count when availability is read."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from dom.kernel import config, jobs
from dom.kernel.models import ConfigVersion
from dom.kernel.transactions import in_unit_of_work
from inventory.errors import refuse_rows, row_error
from inventory.models import Channel, Node, NodeGroup
from inventory.rules import parse_capacity, parse_channel_rule, parse_safety_rule
from inventory.services import sql
from inventory.services.claims import WAKE_BACKORDERS

SAFETY_STOCK = "safety-stock"
CHANNEL_RULES = "channel-rules"
CAPACITY = "capacity"

Body = Mapping[str, Any]


@in_unit_of_work
def publish_safety_stock(*, bodies: Sequence[Body], at: datetime, actor: str, note: str = "") -> list[ConfigVersion]:
    """Publish safety-stock rules, each a document of its own by `code`; see inventory.rules.parse_safety_rule.

    Raises:
        RulesInvalid: one of them is not valid; none is published.
        RowsInvalid: one names an unknown channel or node group; none is published.
    """
    return _publish_rules(SAFETY_STOCK, parse_safety_rule, bodies, at, actor, note)


@in_unit_of_work
def publish_channel_rules(*, bodies: Sequence[Body], at: datetime, actor: str, note: str = "") -> list[ConfigVersion]:
    """Publish thresholds and switches, each a document by `code`; see inventory.rules.parse_channel_rule.

    Raises:
        RulesInvalid: one of them is not valid; none is published.
        RowsInvalid: one names an unknown channel or node group; none is published.
    """
    return _publish_rules(CHANNEL_RULES, parse_channel_rule, bodies, at, actor, note)


@in_unit_of_work
def publish_capacities(*, bodies: Sequence[Body], at: datetime, actor: str, note: str = "") -> list[ConfigVersion]:
    """Publish nodes' day limits, each a document by `node`; see inventory.rules.parse_capacity.

    Days in use from yesterday on (somewhere it may still be yesterday) get the new limit at once; what is used beyond
    it stays, as excess.

    Raises:
        RulesInvalid: one of them is not valid; none is published.
        RowsInvalid: one names an unknown node; none is published.
    """
    codes = [parse_capacity(body).node for body in bodies]
    ids = dict(Node.objects.filter(code__in=codes).values_list("code", "id"))
    refuse_rows([row_error(n, "node", f"There is no node {code}.") for n, code in enumerate(codes) if code not in ids])
    versions = [
        config.publish(kind=CAPACITY, scope=code, body=body, author=actor, at=at, note=note)
        for code, body in zip(codes, bodies, strict=True)
    ]
    from_day = (at - timedelta(days=1)).date()
    sql.rows("inventory_apply_capacity", ("bigint[]", sorted(ids.values())), ("date", from_day))
    jobs.ring(WAKE_BACKORDERS)
    return versions


@in_unit_of_work
def retire_rule(*, kind: str, scope: str, at: datetime, actor: str, note: str = "") -> ConfigVersion:
    """End a safety-stock rule, a channel rule, or the limits of a node (`kind`); nothing is kept back by it then.

    Raises:
        NotFound: nothing of that name is live.
    """
    ended = config.retire(kind=kind, scope=scope, author=actor, at=at, note=note)
    if kind == CAPACITY:
        ids = list(Node.objects.filter(code=scope).values_list("id", flat=True))
        sql.rows("inventory_apply_capacity", ("bigint[]", ids), ("date", (at - timedelta(days=1)).date()))
    jobs.ring(WAKE_BACKORDERS)
    return ended


def _publish_rules(
    kind: str, parse: Callable[[Body], Any], bodies: Sequence[Body], at: datetime, actor: str, note: str
) -> list[ConfigVersion]:
    rules = [parse(body) for body in bodies]
    _refuse_unknown([rule.scope.channel for rule in rules], [rule.scope.node_group for rule in rules])
    versions = [
        config.publish(kind=kind, scope=rule.code, body=body, author=actor, at=at, note=note)
        for rule, body in zip(rules, bodies, strict=True)
    ]
    jobs.ring(WAKE_BACKORDERS)
    return versions


def _refuse_unknown(channels: Sequence[str], groups: Sequence[str]) -> None:
    known_channels = {"", *Channel.objects.filter(code__in=channels).values_list("code", flat=True)}
    known_groups = {"", *NodeGroup.objects.filter(code__in=groups).values_list("code", flat=True)}
    errors = [
        row_error(n, "channel", f"There is no channel {code}.")
        for n, code in enumerate(channels)
        if code not in known_channels
    ]
    errors += [
        row_error(n, "node_group", f"There is no node group {code}.")
        for n, code in enumerate(groups)
        if code not in known_groups
    ]
    refuse_rows(errors)
