"""Answers which units of an order its carts hold already, and which wait without a claim. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass

from orders.services.intake_facts import CartClaim, Facts
from orders.values import AskedLine, AskedOrder


@dataclass(frozen=True, slots=True)
class Kept:
    """Units of a cart's claim that become those of an order line."""

    line: AskedLine
    claim: CartClaim
    quantity: int


@dataclass(frozen=True, slots=True)
class Coverage:
    """What becomes of an order's units at intake.

    `carts` are live; what their claims hold beyond `kept` is given back. `uncovered` are units per line that nothing
    claims. Law: per line, kept + uncovered = asked; per claim, kept ≤ held.
    """

    carts: tuple[str, ...]
    kept: tuple[Kept, ...]
    uncovered: tuple[tuple[AskedLine, int], ...]
    lapsed: tuple[str, ...]


def cover(order: AskedOrder, *, facts: Facts) -> Coverage:
    """Give the claims of the order's live carts to its lines, both in their order."""
    lapsed = tuple(ref for ref in order.reservations if _is_lapsed(facts, ref))
    carts = tuple(ref for ref in order.reservations if ref not in lapsed)
    claims = [claim for ref in carts for claim in facts.carts[ref]]
    left = [claim.quantity for claim in claims]
    kept: list[Kept] = []
    uncovered: list[tuple[AskedLine, int]] = []
    for line in (line for line in order.routed_lines if line.sku in facts.skus):
        missing = line.quantity
        for n, units in _fitting(claims, left, facts.skus[line.sku].id):
            taken = min(units, missing)
            if taken:
                kept.append(Kept(line, claims[n], taken))
                left[n] -= taken
                missing -= taken
        if missing:
            uncovered.append((line, missing))
    return Coverage(carts, tuple(kept), tuple(uncovered), lapsed)


def _is_lapsed(facts: Facts, ref: str) -> bool:
    claims = facts.carts.get(ref, ())
    return not claims or any(claim.lapsed for claim in claims)


def _fitting(claims: list[CartClaim], left: list[int], sku_id: int) -> Iterator[tuple[int, int]]:
    return ((n, left[n]) for n, claim in enumerate(claims) if claim.sku_id == sku_id)
