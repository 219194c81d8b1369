"""Holds stock for a cart before anybody knows where it will ship from: all lines or nothing, for a while."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from dom.kernel.ids import new_ref
from dom.kernel.transactions import attempt, in_unit_of_work
from inventory.errors import InsufficientStock
from inventory.selectors import ats_rows
from inventory.selectors.ats import Available, available_to_sell
from inventory.selectors.network import network
from inventory.selectors.rules import rule_book
from inventory.services.claims import reserve
from inventory.values import LossReason, Want, WantLine

#: After so many lost races for the last units the cart is told that there are none.
_ATTEMPTS = 4


@dataclass(frozen=True, slots=True)
class CartLine:
    """Units of a SKU in a cart."""

    line_ref: str
    sku: str
    quantity: int


@dataclass(frozen=True, slots=True)
class Placed:
    """Units of a cart line that are held at one node; both by code."""

    line_ref: str
    sku: str
    node: str
    quantity: int


@dataclass(frozen=True, slots=True)
class Cart:
    """A held cart; `ref` is the demand reference of its claims."""

    ref: str
    expires_at: datetime
    placed: tuple[Placed, ...]


@in_unit_of_work
def hold(
    *, channel: str, lines: Sequence[CartLine], expires_at: datetime, at: datetime, actor: str,
    nodes: Sequence[str] = (),
) -> Cart:  # fmt: skip
    """Claim every unit of `lines` softly until `expires_at`, at `nodes` if any are named; all or nothing.

    One node that has everything is taken if there is one (the deepest, so that carts do not empty stores), else the
    deepest nodes line by line: routing may move the claims later. `channel`, SKUs and `nodes` exist.

    Raises:
        InsufficientStock: the channel may not have so many units.
    """
    ref = new_ref("R")
    for _ in range(_ATTEMPTS):
        offers = available_to_sell(channel=channel, skus=sorted({line.sku for line in lines}), at=at, nodes=nodes)
        placed = place(lines=lines, offers={offer.sku: offer for offer in offers})
        want = _want(ref, channel, placed, expires_at, at)
        with attempt() as give_up:
            loss = reserve(wants=[want], at=at, actor=actor).lost.get(ref)
            if loss is not None:
                # Else it would wait for another node's stock while it holds the quota that the owner of that waits for.
                give_up()
        if loss is None:
            return Cart(ref, expires_at, tuple(placed))
        if loss.reason is not LossReason.INSUFFICIENT_STOCK:
            raise InsufficientStock("The channel's quota leaves fewer units.", available=loss.available)
    raise InsufficientStock("The last units went to somebody else.", available=0)


def place(*, lines: Sequence[CartLine], offers: Mapping[str, Available]) -> list[Placed]:
    """Return where the units of `lines` are taken from. Pure.

    Laws: Σ placed = asked for every line; no node gives more of a SKU than it offers.

    Raises:
        InsufficientStock: a SKU has fewer units; `lines` names each.
    """
    asked: dict[str, int] = {}
    for line in lines:
        asked[line.sku] = asked.get(line.sku, 0) + line.quantity
    short = [
        {"sku": sku, "asked": units, "available": offers[sku].available_to_sell}
        for sku, units in asked.items()
        if units > offers[sku].available_to_sell or units > sum(offers[sku].nodes.values())
    ]
    if short:
        raise InsufficientStock(f"There are not enough units of {short[0]['sku']}.", lines=short)
    left = {sku: dict(offers[sku].nodes) for sku in asked}
    whole = [node for node in left[lines[0].sku] if all(left[sku].get(node, 0) >= n for sku, n in asked.items())]
    if whole:
        deepest = min(whole, key=lambda node: (-min(left[sku][node] for sku in asked), node))
        return [Placed(line.line_ref, line.sku, deepest, line.quantity) for line in lines]
    return [part for line in lines for part in _spread(line, left[line.sku])]


def _spread(line: CartLine, left: dict[str, int]) -> list[Placed]:
    """Take a line from the deepest nodes first; what is taken is gone from `left`."""
    parts, missing = [], line.quantity
    for node in sorted(left, key=lambda node: (-left[node], node)):
        taken = min(missing, left[node])
        if taken > 0:
            parts.append(Placed(line.line_ref, line.sku, node, taken))
            left[node] -= taken
            missing -= taken
    return parts


def _want(ref: str, channel: str, placed: Sequence[Placed], expires_at: datetime, at: datetime) -> Want:
    whole = network(at=at)
    facts = ats_rows.skus(sorted({part.sku for part in placed}))
    levels = ats_rows.levels(whole, [fact.id for fact in facts.values()])
    withhold: dict[tuple[str, str], int] = {}
    for fact in facts.values():
        level = levels[fact.id]
        kept = rule_book(whole, at=at).kept(channel, fact.code, fact.tags)
        units = kept.withhold(level.safety_stock, level.on_hand, level.place)
        nodes = [whole.nodes[place_].code for place_ in level.place]
        withhold |= {(fact.code, node): n for node, n in zip(nodes, units.tolist(), strict=True)}
    return Want(
        ref=ref,
        channel_id=whole.channels[channel].id,
        lines=tuple(
            WantLine(
                ref, part.line_ref, facts[part.sku].id, whole.node_ids[part.node], part.quantity,
                withhold.get((part.sku, part.node), 0), by_rules=True,
            )
            for part in placed
        ),
        expires_at=expires_at,
    )  # fmt: skip
