"""The world that the pages are measured on is a possible one: its books add up."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from benchmarks.big_world import Size, load
from dom.kernel import prove
from inventory.models import StockLevel
from orders.models import Order

pytestmark = pytest.mark.django_db


def test_the_big_world_adds_up_to_the_last_unit() -> None:
    load(Size(orders=6_000, skus=30), at=timezone.now() - timedelta(minutes=5))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")

    found = {difference.check.name: difference.rows[:3] for difference in prove.differences()}

    assert found == {}
    assert Order.objects.count() == 6_000
    assert StockLevel.objects.count() == 6_000
    assert set(Order.objects.values_list("status", flat=True)) == set(Order.Status.values)
