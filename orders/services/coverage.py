"""Answers which units of an order its carts hold, which wait without a claim, and what is held too much. Pure."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from orders.services.intake_facts import CartClaim, Facts
from orders.values import AskedLine, AskedOrder


@dataclass(frozen=True, slots=True)
class Coverage:
    """What becomes of an order's units at intake.

    `carts` maps a live cart's reference to the fulfillment group that takes over its claims; `excess` are claims (with
    the units to give back, by group) beyond what the group asks; `uncovered` are units per line that nothing claims.
    Law: per SKU and group, claims kept + uncovered = asked.
    """

    carts: Mapping[str, str]
    excess: tuple[tuple[str, CartClaim, int], ...]
    uncovered: tuple[tuple[AskedLine, int], ...]
    lapsed: tuple[str, ...]


def cover(order: AskedOrder, *, facts: Facts) -> Coverage:
    """Match the order's carts with its lines; a cart serves one group: the one that wants most of it."""
    lapsed = tuple(ref for ref in order.reservations if _is_lapsed(facts.carts.get(ref, ())))
    needs: dict[tuple[str, int], int] = defaultdict(int)
    for line in _known(order, facts):
        needs[line.group, facts.skus[line.sku].id] += line.quantity
    carts: dict[str, str] = {}
    excess: list[tuple[str, CartClaim, int]] = []
    held: dict[tuple[str, int], int] = defaultdict(int)
    for ref in order.reservations:
        if ref in lapsed:
            continue
        claims = facts.carts[ref]
        carts[ref] = group = _group_for(order, claims, needs)
        for claim in claims:
            key = (group, claim.sku_id)
            kept = min(claim.quantity, needs[key] - held[key])
            held[key] += kept
            if kept < claim.quantity:
                excess.append((group, claim, claim.quantity - kept))
    return Coverage(carts, tuple(excess), tuple(_uncovered(order, facts, held)), lapsed)


def _is_lapsed(claims: Sequence[CartClaim]) -> bool:
    return not claims or any(claim.lapsed for claim in claims)


def _known(order: AskedOrder, facts: Facts) -> Iterator[AskedLine]:
    return (line for line in order.routed_lines if line.sku in facts.skus)


def _group_for(order: AskedOrder, claims: Sequence[CartClaim], needs: Mapping[tuple[str, int], int]) -> str:
    def wanted(group: str) -> int:
        return sum(min(claim.quantity, needs.get((group, claim.sku_id), 0)) for claim in claims)

    refs = [group.group_ref for group in order.groups]
    return max(refs, key=lambda ref: (wanted(ref), -refs.index(ref)))


def _uncovered(order: AskedOrder, facts: Facts, held: dict[tuple[str, int], int]) -> Iterator[tuple[AskedLine, int]]:
    left = dict(held)
    for line in _known(order, facts):
        key = (line.group, facts.skus[line.sku].id)
        covered = min(line.quantity, left.get(key, 0))
        left[key] = left.get(key, 0) - covered
        if covered < line.quantity:
            yield line, line.quantity - covered
