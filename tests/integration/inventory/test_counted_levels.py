"""What a count or an adjustment makes of a level, to the unit: what moved, what is claimed, what cannot be sold."""

from datetime import datetime, timedelta

import pytest

from dom.kernel.transactions import unit_of_work
from inventory import services
from inventory.models import StockLevel
from inventory.services import Adjustment, CountRow, Want, WantLine
from tests import cast

pytestmark = pytest.mark.django_db(transaction=True)
BEFORE, BETWEEN = cast.NOW - timedelta(hours=2), cast.NOW - timedelta(hours=1)


def _adjust(people: cast.Cast, *rows: tuple[str, int, int], at: datetime = BETWEEN) -> int:
    """Change on hand and unsellable of SKUs at Reno; return how many were refused."""
    changes = [Adjustment(getattr(people, sku).id, people.dc_reno.id, here, broken) for sku, here, broken in rows]
    with unit_of_work():
        return len(services.adjust(rows=changes, at=at, actor=cast.ACTOR))


def _count(people: cast.Cast, *rows: tuple[str, int, datetime]) -> None:
    counted = [CountRow(getattr(people, sku).id, people.dc_reno.id, units, then) for sku, units, then in rows]
    with unit_of_work():
        services.count(rows=counted, at=cast.NOW, actor=cast.ACTOR)


def _level(people: cast.Cast, sku: str = "tee") -> tuple[int, int, int]:
    """On hand, unsellable and shortage."""
    level = StockLevel.objects.get(sku=getattr(people, sku), node=people.dc_reno)
    return level.on_hand, level.unsellable, level.shortage


def _claim(people: cast.Cast, units: int) -> None:
    line = WantLine("F-1", "1", people.tee.id, people.dc_reno.id, units)
    with unit_of_work():
        assert services.reserve(wants=[Want("F-1", people.web.id, (line,))], at=cast.NOW, actor=cast.ACTOR).won


def test_each_count_of_a_sheet_has_its_own_time(people: cast.Cast) -> None:
    cast.stock(people.tee, people.dc_reno, 9)
    cast.stock(people.mug, people.dc_reno, 9)
    _adjust(people, ("tee", -2, 0), ("mug", -2, 0))

    _count(people, ("tee", 8, BEFORE), ("mug", 8, cast.NOW))

    assert (_level(people), _level(people, "mug")) == ((6, 0, 0), (8, 0, 0))


def test_who_counted_at_the_very_moment_saw_what_moved_in_it(people: cast.Cast) -> None:
    cast.stock(people.tee, people.dc_reno, 9)
    _adjust(people, ("tee", -2, 0))

    _count(people, ("tee", 8, BETWEEN))

    assert _level(people) == (8, 0, 0)


def test_a_count_does_not_add_what_an_earlier_count_found(people: cast.Cast) -> None:
    cast.stock(people.tee, people.dc_reno, 9)
    _count(people, ("tee", 4, BEFORE))

    _count(people, ("tee", 6, BETWEEN))

    assert _level(people) == (6, 0, 0)


def test_no_level_is_less_than_empty(people: cast.Cast) -> None:
    cast.stock(people.tee, people.dc_reno, 9)
    _adjust(people, ("tee", -5, 0))

    _count(people, ("tee", 2, BEFORE))

    assert _level(people) == (0, 0, 0)


def test_what_is_missing_is_claims_and_broken_units_beyond_what_is_there(people: cast.Cast) -> None:
    cast.stock(people.tee, people.dc_reno, 9)
    _adjust(people, ("tee", 0, 2))
    _claim(people, 6)

    _count(people, ("tee", 5, cast.NOW))
    assert _level(people) == (5, 2, 3)
    _adjust(people, ("tee", -1, 0))

    assert _level(people) == (4, 2, 4)


def test_nothing_is_missing_where_anything_can_be_made(people: cast.Cast) -> None:
    cast.stock(people.tee, people.dc_reno, 0, unlimited=True)
    _claim(people, 6)

    _count(people, ("tee", 1, cast.NOW))

    assert _level(people) == (1, 0, 0)


@pytest.mark.parametrize(("here", "broken"), [(0, -1), (0, 4), (-2, 2), (-4, 0)])
def test_what_is_not_there_can_be_neither_broken_nor_whole_again(people: cast.Cast, here: int, broken: int) -> None:
    cast.stock(people.tee, people.dc_reno, 3)

    assert _adjust(people, ("tee", here, broken)) == 1

    assert _level(people) == (3, 0, 0)
