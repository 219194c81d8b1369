"""The benchmarks' world of stock, written straight into the tables, is one that the product could have made."""

import pytest
from django.db import connection

from benchmarks import stock_world
from inventory.models import StockLevel

pytestmark = pytest.mark.django_db(transaction=True)


def test_its_books_add_up() -> None:
    try:
        skus, nodes, channel = stock_world.make(skus=3, nodes=2, units=7)
    finally:
        connection.close()  # it was told to wait for ever

    assert (len(skus), len(nodes), channel > 0) == (3, 2, True)
    assert list(StockLevel.objects.values_list("on_hand", flat=True)) == 6 * [7]
    assert stock_world.proven() == 0
