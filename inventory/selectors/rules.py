"""Answers which rules keep stock back, now or at a past instant."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

import numpy as np
from django.db.models import Q
from numpy.typing import NDArray

from dom.kernel import config
from dom.kernel.models import ConfigVersion
from inventory.rules import RuleBook, parse_channel_rule, parse_safety_rule
from inventory.selectors.network import Network

R = TypeVar("R")

_held: list[tuple[Network, RuleBook]] = []


def rule_book(network: Network) -> RuleBook:
    """Return the live rules over `network`'s nodes; two statements after each change of configuration, else none."""
    if not _held or _held[0][0] is not network:
        book = _book(
            network,
            {scope: version.body for scope, version in config.live_versions("safety-stock").items()},
            {scope: version.body for scope, version in config.live_versions("channel-rules").items()},
        )
        _held[:] = [(network, book)]
    return _held[0][1]


def rule_book_at(network: Network, instant: datetime) -> RuleBook:
    """Return the rules that were live at `instant`, over today's nodes and groups; one statement."""
    bodies: dict[str, dict[str, Any]] = {"safety-stock": {}, "channel-rules": {}}
    versions = ConfigVersion.objects.filter(
        Q(live_until__isnull=True) | Q(live_until__gt=instant),
        kind__in=bodies,
        status=ConfigVersion.Status.PUBLISHED,
        live_from__lte=instant,
    )
    for version in versions:
        bodies[version.kind][version.scope] = version.body
    return _book(network, bodies["safety-stock"], bodies["channel-rules"])


def _book(network: Network, safety: Mapping[str, Any], channel: Mapping[str, Any]) -> RuleBook:
    names = {group for node in network.nodes for group in node.groups}
    return RuleBook(
        node_codes=tuple(node.code for node in network.nodes),
        groups={name: np.array([name in node.groups for node in network.nodes], dtype=np.bool_) for name in names},
        safety=_parsed(parse_safety_rule, safety),
        channel=_parsed(parse_channel_rule, channel),
    )


def _parsed(parse: Callable[[Mapping[str, Any]], R], bodies: Mapping[str, Any]) -> list[R]:
    return [parse(bodies[scope]) for scope in sorted(bodies)]


#: More than anybody has: what a switch withholds.
EVERYTHING = 1 << 40


def withheld(
    network: Network, *, channel: str, skus: Sequence[tuple[str, frozenset[str]]], safety_stock: NDArray[np.int64],
    method: str = "",
) -> NDArray[np.int64] | None:  # fmt: skip
    """Return the units [sku, node] that rules keep from `channel`, on top of the levels' own safety stock.

    `safety_stock` is [sku, node] too; `skus` are (code, tags). EVERYTHING where a switch is off. None while there
    is no rule at all.
    """
    book = rule_book(network)
    if not book.safety and not book.channel:
        return None
    rows = [book.kept(channel, code, tags, method) for code, tags in skus]
    kept = np.array([row.withhold(own) for row, own in zip(rows, safety_stock, strict=True)], dtype=np.int64)
    sold = np.array([row.sold for row in rows], dtype=np.bool_)
    return np.where(sold.reshape(kept.shape), kept, EVERYTHING)
