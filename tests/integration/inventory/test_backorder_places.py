"""The places of units that wait, against a model of a few lines: whatever comes in any order, both say the same."""

import random
from dataclasses import dataclass, replace

import pytest

from dom.kernel.transactions import unit_of_work
from inventory.models import BackorderCount, Sku
from inventory.services import Waiting, end_backorders, take_backorders, upsert_skus
from tests import cast

pytestmark = pytest.mark.django_db(transaction=True)
_GOODS = (cast.TEE, cast.MUG)


@dataclass(slots=True)
class _Model:
    """What waits of one SKU; `excess` is what waits beyond the limit with good reason."""

    waiting: int = 0
    allowed: int | None = None
    excess: int = 0

    def limit(self, allowed: int | None) -> None:
        if allowed != self.allowed:
            self.allowed = allowed
            self.excess = 0 if allowed is None else max(0, self.waiting - allowed)

    def take(self, units: int, *, kept: bool) -> int | None:
        """Return how many places are left where there is none for these units."""
        if self.allowed is not None and not kept and self.waiting + units > self.allowed:
            return max(0, self.allowed - self.waiting)
        self.waiting += units
        if self.allowed is not None and kept:
            self.excess = max(self.excess, self.waiting - self.allowed)
        return None

    def end(self, units: int) -> None:
        self.waiting -= units
        self.excess = min(self.excess, max(0, self.waiting - (self.allowed or 0)))


def _limit(rng: random.Random, models: dict[int, _Model], ids: list[int]) -> None:
    number = rng.randrange(2)
    allowed = rng.choice([None, 0, 2, 5, 9])
    upsert_skus(rows=[replace(_GOODS[number], backorder_limit=allowed)], at=cast.NOW, actor=cast.ACTOR)
    models[ids[number]].limit(allowed)


def _take(rng: random.Random, models: dict[int, _Model], ids: list[int]) -> None:
    asked = [Waiting(rng.choice(ids), rng.randint(1, 4), rng.random() < 0.3) for _ in range(rng.randint(0, 5))]
    # Without a limit nobody is asked, so the order among SKUs says nothing.
    refused = {n: models[one.sku_id].take(one.units, kept=one.kept) for n, one in enumerate(asked)}
    assert take_backorders(waiting=asked) == {n: left for n, left in refused.items() if left is not None}


def _end(rng: random.Random, models: dict[int, _Model], ids: list[int]) -> None:
    units = {sku: rng.randint(1, models[sku].waiting) for sku in ids if models[sku].waiting and rng.random() < 0.7}
    end_backorders(units=units)
    for sku, count in units.items():
        models[sku].end(count)


@pytest.mark.parametrize("seed", range(6))
def test_places_are_those_of_the_model(seed: int) -> None:
    cast.enter()
    rng = random.Random(seed)
    codes = dict(Sku.objects.values_list("code", "id"))
    ids = [codes[one.code] for one in _GOODS]
    models = {sku: _Model() for sku in ids}

    for _ in range(30):
        step = rng.choice([_limit, _take, _take, _end])
        with unit_of_work():
            step(rng, models, ids)
        rows = BackorderCount.objects.filter(sku_id__in=ids).values_list("sku_id", "waiting", "allowed", "excess")
        found = {sku: _Model(waiting, allowed, excess) for sku, waiting, allowed, excess in rows}
        assert {sku: found.get(sku, _Model()) for sku in ids} == models
