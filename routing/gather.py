"""Answers what deciding a batch has to know: every active node, for the SKUs asked, with no rule applied.

Whatever the size of the batch, at most eight statements: the configuration clock, SKUs, stock levels, node-days,
quotas; backorders where a SKU has a limit, and levels that owe where a request has claims. Network and configuration
are read again only when the clock has moved.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inventory import selectors as inventory
from routing.core.facts import CAPACITY_UNITS, NO_LIMIT, ChannelFacts, Facts, SkuFacts
from routing.core.schedule import SHIP_DAYS, base_date
from routing.core.types import HeldDay, RoutingRequest
from routing.errors import RequestRefused
from routing.network import current_network
from routing.runs import Run, SeenNetwork

_Units = NDArray[np.int64]


def gather(requests: Sequence[RoutingRequest], *, at: datetime) -> Run:
    """Read what deciding `requests` needs. Reads; holds nothing.

    Raises:
        RequestRefused: a request names a SKU or a channel that does not exist.
    """
    network = inventory.network(at=at)
    seen = current_network(network)
    skus = _skus(requests)
    channels = _known_channels(requests, network)
    available, safety, on_hand = _levels(list(skus.ids.values()), list(network.node_ids.values()))
    quotas = _quotas(channels, skus)
    days = inventory.node_days(network, first=base_date(at), days=SHIP_DAYS)
    facts = Facts(
        network=seen.facts,
        skus=tuple(skus.facts.values()),
        available=available,
        capacity_from=days.first if days else None,
        capacity_left=days.left if days else None,
        capacity_limit=days.limit if days else None,
        work_seconds=days.work_seconds if days else None,
        backorders_left=_backorders(skus),
        channels={
            code: ChannelFacts(
                nodes=_mask(seen, channel.nodes),
                withhold=inventory.withheld(
                    network, channel=code, skus=skus.tags, safety_stock=safety, on_hand=on_hand, at=at
                ),
                quota_left=np.maximum(0, quotas[channel.id]) if channel.id in quotas else None,
            )
            for code, channel in channels.items()
        },
    )
    rows = {code: row for row, code in enumerate(skus.ids)}
    owing = inventory.owing(list(skus.ids.values())) if any(one.held for one in requests) else {}
    there = [_there(_switched(one, network, skus, at), owing, skus, seen) for one in requests]
    asked = tuple(_within(one, rows, quotas.get(channels[one.channel].id), seen, days) for one in there)
    return Run(at, seen, facts, asked, skus.ids, rows)


@dataclass(frozen=True, slots=True)
class _Skus:
    ids: Mapping[str, int]
    facts: Mapping[str, SkuFacts]
    limited: frozenset[str]

    @property
    def tags(self) -> list[tuple[str, frozenset[str]]]:
        return [(code, facts.tags) for code, facts in self.facts.items()]


def _switched(request: RoutingRequest, network: inventory.Network, skus: _Skus, at: datetime) -> RoutingRequest:
    """Return `request` with the nodes excluded at which its channel may not sell one of its SKUs by its method.

    Switches without a method are in what is withheld; one for a method alone concerns this request, not its batch.
    """
    book = inventory.rule_book(network, at=at)
    if not any(rule.methods for rule in book.channel):
        return request
    off = np.zeros(len(network.nodes), dtype=np.bool_)
    for line in request.lines:
        off |= ~book.kept(request.channel, line.sku, skus.facts[line.sku].tags, request.method.value).sold
    if not off.any():
        return request
    why = f"{request.channel} does not sell this by {request.method.value} from here"
    return replace(request, excluded={**{network.nodes[n].code: why for n in np.flatnonzero(off)}, **request.excluded})


def _there(
    request: RoutingRequest, owing: Mapping[tuple[int, int], int], skus: _Skus, seen: SeenNetwork
) -> RoutingRequest:
    """Return `request` with what its own claims free: a level with less than it owes takes of them first.

    Law: the decision sees of a level what `inventory_reserve` finds once it has taken the order's own claims back.
    """
    if not owing or not request.held:
        return request
    left = [
        (held, held.quantity - owing.get((skus.ids.get(held.sku, 0), seen.node_ids.get(held.node, 0)), 0))
        for held in request.held
    ]
    return replace(request, held=tuple(replace(held, quantity=units) for held, units in left if units > 0))


def _within(
    request: RoutingRequest,
    rows: Mapping[str, int],
    quota: NDArray[np.int64] | None,
    seen: SeenNetwork,
    days: inventory.NodeDays | None,
) -> RoutingRequest:
    """Return `request` with what its own use of quota and days frees: a limit lowered below its use takes of it first.

    Law: the decision sees of a limit what `inventory_reserve` finds once it has taken the order's own use back.
    """
    if not request.held_quota and not request.held_days:
        return request
    units = {
        sku: units + min(0, int(quota[rows[sku]]))
        for sku, units in request.held_quota.items()
        if quota is not None and sku in rows
    }
    uses = [use._replace(quantity=_freed(use, seen, days)) for use in request.held_days]
    return replace(
        request,
        held_quota={sku: left for sku, left in units.items() if left > 0},
        held_days=tuple(use for use in uses if use.quantity > 0),
    )


def _freed(use: HeldDay, seen: SeenNetwork, days: inventory.NodeDays | None) -> int:
    """Return how much of a node's day `use` frees; 0 where nothing limits the day."""
    if days is None or use.node not in seen.node_rows:
        return 0
    day = (date.fromisoformat(use.day) - days.first).days
    place = seen.node_rows[use.node], day, CAPACITY_UNITS.index(use.unit)
    if not 0 <= day < days.limit.shape[1] or days.limit[place] == NO_LIMIT:
        return 0
    return use.quantity - int(days.over[place])


def _skus(requests: Sequence[RoutingRequest]) -> _Skus:
    asked = sorted({line.sku for request in requests for line in request.lines})
    found = inventory.skus_by_code(asked)
    if len(found) < len(asked):
        unknown = [code for code in asked if code not in found]
        raise RequestRefused(f"There is no SKU {unknown[0]}.", skus=unknown)
    ids = {code: int(found[code][0]) for code in asked}
    limited = frozenset(code for code in asked if found[code][-1] is not None)
    return _Skus(ids, {code: _sku_facts(code, found[code]) for code in asked}, limited)


def _backorders(skus: _Skus) -> NDArray[np.int64] | None:
    """Return how many more units of each SKU may wait, NO_LIMIT without a limit; None where no SKU has one."""
    if not skus.limited:
        return None
    left = inventory.backorders_left([skus.ids[code] for code in sorted(skus.limited)])
    return np.array([left.get(id_, NO_LIMIT) for id_ in skus.ids.values()], dtype=np.int64)


_known: dict[str, tuple[tuple[Any, ...], SkuFacts]] = {}
_MOST_KNOWN = 100_000


def _sku_facts(code: str, row: tuple[Any, ...]) -> SkuFacts:
    """Return the facts of a row; the same object while the row stays the same."""
    held = _known.get(code)
    if held is not None and held[0] == row:
        return held[1]
    if len(_known) >= _MOST_KNOWN:
        _known.clear()
    grams, length, width, height, handling, hazmat, temperature, age, export, _value, _currency, tags, _limit = row[2:]
    facts = SkuFacts(
        code=code,
        weight_grams=grams,
        length_mm=length,
        width_mm=width,
        height_mm=height,
        handling_class=handling,
        hazmat_class=hazmat,
        temperature_class=temperature,
        minimum_age=age,
        export_controlled=export,
        tags=frozenset(tags),
    )
    _known[code] = (row, facts)
    return facts


def _places(ids: Sequence[int], wanted: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the place in `ids` of each of `wanted`, −1 where it is not there."""
    known = np.asarray(ids, dtype=np.int64)
    order = np.argsort(known)
    found = order[np.minimum(np.searchsorted(known, wanted, sorter=order), len(order) - 1)]
    places: NDArray[np.int64] = np.where(known[found] == wanted, found, -1)
    return places


def _levels(sku_ids: Sequence[int], node_ids: Sequence[int]) -> tuple[_Units, _Units, _Units]:
    """Return what is available, the levels' own safety stock and what is on hand, by [SKU, node]."""
    units = np.zeros((3, len(sku_ids), len(node_ids)), dtype=np.int64)
    levels = inventory.available(sku_ids)
    if units.size and len(levels):
        nodes = _places(node_ids, levels["node_id"].astype(np.int64))
        kept = nodes >= 0  # a closed node may still have stock
        places = _places(sku_ids, levels["sku_id"].astype(np.int64))[kept], nodes[kept]
        free = np.where(levels["unlimited"] > 0, NO_LIMIT, np.maximum(0, levels["available"]))
        for table, column in zip(units, (free, levels["safety_stock"], levels["on_hand"]), strict=True):
            table[places] = column[kept]
    return units[0], units[1], units[2]


def _known_channels(
    requests: Sequence[RoutingRequest], network: inventory.Network
) -> dict[str, inventory.NetworkChannel]:
    asked = sorted({request.channel for request in requests})
    unknown = [code for code in asked if code not in network.channels]
    if unknown:
        raise RequestRefused(f"There is no channel {unknown[0]}.", channels=unknown)
    return {code: network.channels[code] for code in asked}


def _quotas(channels: Mapping[str, inventory.NetworkChannel], skus: _Skus) -> dict[int, NDArray[np.int64]]:
    """Return what is left of each channel's quotas by SKU, NO_LIMIT where there is none; below 0 as `quota_left`."""
    rows = {sku_id: row for row, sku_id in enumerate(skus.ids.values())}
    quotas: dict[int, NDArray[np.int64]] = {}
    for channel_id, sku_id, left in inventory.quota_left(
        [channel.id for channel in channels.values()], list(skus.ids.values())
    ):
        quotas.setdefault(channel_id, np.full(len(rows), NO_LIMIT, dtype=np.int64))[rows[sku_id]] = left
    return quotas


def _mask(seen: SeenNetwork, nodes: frozenset[str] | None) -> NDArray[np.bool_] | None:
    return None if nodes is None else np.array([code in nodes for code in seen.node_rows], dtype=np.bool_)
