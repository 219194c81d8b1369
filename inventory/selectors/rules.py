"""Answers which rules keep stock back, now or at a past instant."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import numpy as np
from django.db.models import Q
from numpy.typing import NDArray

from dom.kernel import config
from dom.kernel.models import ConfigVersion
from inventory.rule_book import RuleBook
from inventory.rules import parse_channel_rule, parse_safety_rule
from inventory.selectors.network import Network

R = TypeVar("R")

_held: list[tuple[Network, RuleBook]] = []


def rule_book(network: Network, *, at: datetime) -> RuleBook:
    """Return the rules that are live at `at` over `network`'s nodes; no statement until configuration changes.

    Two statements then. Where a rule has dates, the book is another one after midnight at some node.
    """
    if not _held or _held[0][0] is not network:
        book = _book(
            network,
            {scope: version.body for scope, version in config.live_versions("safety-stock").items()},
            {scope: version.body for scope, version in config.live_versions("channel-rules").items()},
            at,
        )
        _held[:] = [(network, book)]
    held = _held[0][1]
    if held.is_dated and held.days != (days := local_days(network, at)):
        _held[:] = [(network, replace(held, days=days, _known={}))]
    return _held[0][1]


def local_days(network: Network, at: datetime) -> tuple[date, ...]:
    """Return the date at each node at `at`, in its own time zone."""
    zones = {node.time_zone for node in network.nodes}
    day_in = {zone: at.astimezone(ZoneInfo(zone)).date() for zone in zones}
    return tuple(day_in[node.time_zone] for node in network.nodes)


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
    return _book(network, bodies["safety-stock"], bodies["channel-rules"], instant)


def _book(network: Network, safety: Mapping[str, Any], channel: Mapping[str, Any], at: datetime) -> RuleBook:
    names = {group for node in network.nodes for group in node.groups}
    return RuleBook(
        node_codes=tuple(node.code for node in network.nodes),
        days=local_days(network, at),
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
    on_hand: NDArray[np.int64], at: datetime, method: str = "",
) -> NDArray[np.int64] | None:  # fmt: skip
    """Return the units [sku, node] that rules keep from `channel`, on top of the levels' own safety stock.

    `safety_stock` and `on_hand` are [sku, node] too; `skus` are (code, tags). EVERYTHING where a switch is off. None
    while there is no rule at all.
    """
    book = rule_book(network, at=at)
    if not book.safety and not book.channel:
        return None
    rows = [book.kept(channel, code, tags, method) for code, tags in skus]
    levels = zip(rows, safety_stock, on_hand, strict=True)
    kept = np.array([row.withhold(own, there) for row, own, there in levels], dtype=np.int64)
    sold = np.array([row.sold for row in rows], dtype=np.bool_)
    return np.where(sold.reshape(kept.shape), kept, EVERYTHING)
