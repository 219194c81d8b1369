import pytest

from tests import cast
from tests.integration.inventory.storm import Storm

pytestmark = pytest.mark.django_db(transaction=True)
EVERYTHING = {"cart", "converted", "rerouted", "batch", "cancelled", "shorted", "shipped", "received", "sent"}


def test_the_books_add_up_every_second_of_a_storm(people: cast.Cast) -> None:
    storm = Storm(people, seed=1)

    storm.run(4, most=40, until=EVERYTHING)

    assert storm.oversold() == []
    assert storm.happened() >= EVERYTHING
