"""Takes the places of units that shall wait for stock; a limit may have been reached since the plan was made."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from dom.kernel.transactions import in_unit_of_work
from inventory.services import Waiting, take_backorders
from orders.services.carrying_out import Prepared


@in_unit_of_work
def take_places(*, prepared: Sequence[Prepared]) -> tuple[list[Prepared], Mapping[str, int]]:
    """Return the plans as they can be carried out, and what is left for those that lack places, by their reference.

    Call it after `reserve`: places are locked last. Lines without a place stay queued, and want another decision.
    """
    asked = [(p.ref, rest, sku_id) for p in prepared for rest, sku_id in p.waiting]
    full = take_backorders(waiting=[Waiting(sku_id, rest.quantity) for _, rest, sku_id in asked])
    unplaced: dict[str, set[str]] = {}
    left: dict[str, int] = {}
    for place, available in full.items():
        ref, rest, _ = asked[place]
        unplaced.setdefault(ref, set()).add(rest.line_ref)
        left[ref] = available
    return [replace(p, unplaced=frozenset(unplaced.get(p.ref, ()))) for p in prepared], left
