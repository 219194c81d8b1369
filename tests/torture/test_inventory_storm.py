import pytest

from tests import cast
from tests.integration.inventory.storm import Storm

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.torture]


@pytest.mark.parametrize("seed", range(2, 8))
def test_the_books_add_up_through_a_long_storm(seed: int, transactional_db: None) -> None:
    storm = Storm(cast.enter(), seed)

    storm.run(60)

    assert storm.oversold() == []
