import pytest

from tests import cast
from tests.integration.orders.storm import OrderStorm

pytestmark = pytest.mark.django_db(transaction=True)
EVERYTHING = {
    "cart held", "converted", "placed", "routed", "cancelled", "one less", "accepted", "shorted", "picked", "shipped",
    "rejected", "held", "swept", "counted", "sent", "announced", "received", "quota set", "woken",
    "planned anew", "handed over", "given back", "moved house", "capacity set", "patience lost", "transferred",
    "paced", "paid",
}  # fmt: skip
#: A pickup takes six steps, a parcel four: more than some seconds may bring.
LONG = {"handed over", "paid"}


def test_invariants_one_to_nine_hold_every_second_of_a_storm_of_orders() -> None:
    storm = OrderStorm(cast.enter(), seed=1)

    storm.run(6, most=60, until=EVERYTHING - LONG)

    assert set(storm.done) >= EVERYTHING - LONG


@pytest.mark.torture
@pytest.mark.parametrize("seed", range(2, 8))
def test_invariants_one_to_nine_hold_through_a_long_storm_of_orders(seed: int) -> None:
    storm = OrderStorm(cast.enter(), seed)

    storm.run(60, most=240, until=EVERYTHING)

    assert set(storm.done) >= EVERYTHING
