"""Answers what a day at the demonstration looks like: orders come, nodes work, some of it goes wrong, goods come in."""

import random
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from dom.demo.customers import Customers
from dom.demo.hands import Hands
from dom.demo.places import DISTRIBUTION_CENTERS
from dom.kernel.errors import DomainError
from dom.kernel.transactions import unit_of_work
from inventory import selectors as inventory_selectors
from inventory import services as inventory
from orders.services.intake import Arrival, Placed, place_orders
from orders.services.routing_flow import route_next

ACTOR = "demo"
FIRST_ORDERS = 200
_STAGES = (1, 2, 3, 4)


def first_orders(*, at: datetime) -> list[str]:
    """Place the first orders, route them, and let nodes work on most of them; return the orders' references."""
    customers, hands, chance = Customers(1), Hands(1), random.Random(1)  # noqa: S311  # a believable world, not a secret
    refs: list[str] = []
    for _ in range(FIRST_ORDERS // 50):
        hours = [chance.uniform(0.1, 60) for _ in range(50)]
        refs += place(sorted((customers.arrival(at=at, ago=timedelta(hours=h)) for h in hours), key=_age), at=at)
    while route_next(at=at) is not None:
        pass
    for ref in hands.some_work(FIRST_ORDERS * 2):
        for _ in range(chance.choice((0, 0, *_STAGES))):
            hands.step(ref, at=at)
    for ref in chance.sample(refs, 6):
        hands.change_of_mind(ref, at=at)
    while route_next(at=at) is not None:
        pass
    return refs


def _age(arrival: Arrival) -> datetime:
    return arrival.asked.placed_at


def place(arrivals: Sequence[Arrival], *, at: datetime) -> list[str]:
    """Place orders together; return the references of those that stand."""
    with unit_of_work():
        answers = place_orders(arrivals=arrivals, at=at, actor=ACTOR)
    return [answer.ref for answer in answers if isinstance(answer, Placed)]


class Day:
    """What happens beat by beat: one order, some steps of work, now and then a change of mind and a delivery."""

    def __init__(self, seed: int) -> None:
        self._customers, self._hands = Customers(seed), Hands(seed)
        self._chance = random.Random(seed)  # noqa: S311  # a believable world, not a secret
        self._recent: list[str] = []

    def beat(self, *, at: datetime, tell: Callable[[str], None]) -> None:
        """Let one order come and five steps be done; refusals are told, not raised."""
        arrival = self._customers.arrival(at=at)
        try:
            placed = place([arrival], at=at)
        except DomainError as refusal:
            tell(str(refusal))
            placed = []
        self._recent = [*self._recent, *placed][-30:]
        for ref in self._hands.some_work(5):
            tell(self._hands.step(ref, at=at))
        if self._recent and self._chance.random() < 0.03:
            tell(self._hands.change_of_mind(self._chance.choice(self._recent), at=at))
        self._deliver(arrival, at=at)

    def _deliver(self, arrival: Arrival, *, at: datetime) -> None:
        """Let a center receive what was just ordered, so that the demonstration never sells out."""
        codes = [line.sku for line in arrival.asked.lines]
        node_id = inventory_selectors.network(at=at).node_ids[self._chance.choice(DISTRIBUTION_CENTERS).code]
        skus = inventory_selectors.skus_by_code(codes)
        rows = [
            inventory.Adjustment(int(skus[line.sku][0]), node_id, on_hand=line.quantity, reason="Replenishment")
            for line in arrival.asked.lines
            if line.sku in skus
        ]
        with unit_of_work():
            inventory.receive(rows=rows, at=at, actor=ACTOR)
