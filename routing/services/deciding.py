"""Answers where each request of a batch is fulfilled: gather, then the pure decision; holds and writes nothing."""

from collections.abc import Sequence
from datetime import datetime

from routing import gather
from routing.core.together import decide_together
from routing.core.types import RoutingRequest
from routing.network import without_policies
from routing.runs import Decided


def route(*, requests: Sequence[RoutingRequest], at: datetime, ignore_rules: bool = False) -> list[Decided]:
    """Decide `requests` against one reading of stock and capacity; no two plans use the same unit.

    They are decided in order, but for orders that want the same scarce units: these share them at the least cost found.

    At most six statements whatever the size of the batch; no transaction, no locks. What is decided holds nothing:
    reserve it in a transaction, decide again what loses, then `record` it there. `ignore_rules` decides by the built-in
    policy, as a person may ask for one order; hard constraints hold all the same.

    Raises:
        RequestRefused: a request names a SKU or a channel that does not exist.
    """
    if not requests:
        return []
    run = gather.gather(requests, at=at)
    if ignore_rules:
        run = run.on(without_policies(run.network))
    together = decide_together(run.requests, run.facts, at=at)
    run = run.shared(together)
    return [Decided(run, position, decision) for position, decision in enumerate(together.decisions)]
