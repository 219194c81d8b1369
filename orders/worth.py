"""Answers what each line's units are worth, so that shipments and cancellations share an order's total. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from orders.money import share_of_next, shares

#: Kinds of lines whose units a node hands out.
ROUTED = frozenset({"PRODUCT", "COMPONENT"})


@dataclass(frozen=True, slots=True)
class Priced:
    """A line's money in minor units; `total_minor` is unit price × quantity − discount + tax."""

    id: int
    kind: str
    parent_id: int | None
    quantity: int
    total_minor: int


def line_worths(lines: Sequence[Priced], *, charges_minor: int) -> Mapping[int, int]:
    """Return what all units of each routed line are worth, by line id: its own money and its part of the rest.

    A bundle's money, and that of services in it, goes to its components by quantity; charges and other lines that no
    node hands out go to all routed lines in proportion to what they are worth by then, or by quantity where that is
    nothing.
    Law: the worths add up to the order's total, unless no line is routed.
    """
    routed = [line for line in lines if line.kind in ROUTED]
    if not routed:
        return {}
    worths = {line.id: line.total_minor for line in routed}
    rest = charges_minor
    for line in (line for line in lines if line.kind not in ROUTED):
        bundle = line.id if line.kind == "BUNDLE" else line.parent_id
        components = [other for other in routed if bundle is not None and other.parent_id == bundle]
        if components:
            _add(worths, components, shares(line.total_minor, [other.quantity for other in components]))
        else:
            rest += line.total_minor
    weights = [worths[line.id] for line in routed]
    if not any(weights):
        weights = [line.quantity for line in routed]
    _add(worths, routed, shares(rest, weights))
    return worths


def _add(worths: dict[int, int], lines: Iterable[Priced], parts: Iterable[int]) -> None:
    for line, part in zip(lines, parts, strict=True):
        worths[line.id] += part


def settle(worth: int, *, quantity: int, settled: int, now: int) -> int:
    """Return the amount of the next `now` units of a line, of which `settled` were shipped or cancelled before."""
    return share_of_next(worth, quantity=quantity, before=settled, now=now)
