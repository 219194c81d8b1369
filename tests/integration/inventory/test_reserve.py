from datetime import timedelta

import pytest

from dom.kernel.transactions import unit_of_work
from inventory import services
from inventory.models import Channel, Node, NodeDayUse, Reservation, ReservationEntry, Sku, StockLevel
from inventory.services import DayUse, Loss, LossReason, Outcome, Want, WantLine
from tests import cast

pytestmark = pytest.mark.django_db(transaction=True)


def _want(ref: str, channel: Channel, *needs: tuple[Sku, Node, int], releases: tuple[str, ...] = ()) -> Want:
    lines = tuple(WantLine(ref, str(n), sku.id, node.id, units) for n, (sku, node, units) in enumerate(needs))
    return Want(ref, channel.id, lines, releases=releases)


def _reserve(*wants: Want) -> Outcome:
    with unit_of_work():
        return services.reserve(wants=wants, at=cast.NOW, actor=cast.ACTOR)


def _reserved(sku: Sku, node: Node) -> int:
    return StockLevel.objects.get(sku=sku, node=node).reserved


def test_a_want_is_granted_whole_or_not_at_all(people: cast.Cast) -> None:
    cast.stock(people.tee, people.dc_reno, 5)
    cast.stock(people.mug, people.dc_reno, 1)

    outcome = _reserve(
        _want("F-1", people.web, (people.tee, people.dc_reno, 3), (people.mug, people.dc_reno, 2)),
        _want("F-2", people.web, (people.tee, people.dc_reno, 5)),
    )

    assert outcome.won == {"F-2"}
    assert outcome.lost == {"F-1": Loss(LossReason.INSUFFICIENT_STOCK, people.mug.id, people.dc_reno.id, 1)}
    assert _reserved(people.tee, people.dc_reno) == 5
    assert _reserved(people.mug, people.dc_reno) == 0
    assert list(ReservationEntry.objects.values_list("demand_ref", "delta", "hold")) == [("F-2", 5, "HARD")]


def test_a_loser_does_not_stand_in_the_way_of_later_wants(people: cast.Cast) -> None:
    cast.stock(people.tee, people.dc_reno, 4)

    outcome = _reserve(
        *(_want(f"F-{n}", people.web, (people.tee, people.dc_reno, units)) for n, units in enumerate((3, 2, 1, 1)))
    )

    assert outcome.won == {"F-0", "F-2"}
    assert _reserved(people.tee, people.dc_reno) == 4


@pytest.mark.parametrize("scarce", ["mug", "tee"])
def test_a_loser_puts_back_what_it_took_before_it_failed(people: cast.Cast, scarce: str) -> None:
    plenty = {"mug": "tee", "tee": "mug"}[scarce]
    cast.stock(getattr(people, plenty), people.dc_reno, 5)
    wanted = [(getattr(people, plenty), people.dc_reno, 3), (getattr(people, scarce), people.dc_reno, 1)]

    outcome = _reserve(_want("F-1", people.web, *wanted), _want("F-2", people.web, (wanted[0][0], people.dc_reno, 5)))

    assert outcome.won == {"F-2"}


def test_two_lines_of_one_sku_are_added_up(people: cast.Cast) -> None:
    cast.stock(people.tee, people.dc_reno, 5)

    lost = _reserve(_want("F-1", people.web, (people.tee, people.dc_reno, 3), (people.tee, people.dc_reno, 3)))
    won = _reserve(_want("F-2", people.web, (people.tee, people.dc_reno, 3), (people.tee, people.dc_reno, 2)))

    assert lost.won == frozenset()
    assert won.won == {"F-2"}
    assert _reserved(people.tee, people.dc_reno) == 5


def test_safety_stock_and_withheld_units_are_kept_unless_overridden(people: cast.Cast) -> None:
    cast.stock(people.tee, people.dc_reno, 10, safety_stock=3)
    line = WantLine("F-1", "1", people.tee.id, people.dc_reno.id, 6, withhold=2)

    kept = _reserve(Want("F-1", people.web.id, (line,)))
    overridden = _reserve(Want("F-1", people.web.id, (line,), ignore_safety=True))

    assert kept.lost["F-1"].available == 5
    assert overridden.won == {"F-1"}
    assert ReservationEntry.objects.get().reason == "SAFETY_STOCK_OVERRIDE"


def test_what_is_released_counts_for_the_want_that_releases_it(people: cast.Cast) -> None:
    cast.stock(people.tee, people.dc_reno, 5)
    _reserve(_want("O-1", people.web, (people.tee, people.dc_reno, 5)))

    refused = _reserve(_want("F-1", people.web, (people.tee, people.dc_reno, 6), releases=("O-1",)))
    assert refused.lost["F-1"].available == 5
    assert Reservation.objects.get().demand_ref == "O-1"
    moved = _reserve(_want("F-1", people.web, (people.tee, people.dc_reno, 5), releases=("O-1",)))

    assert moved.won == {"F-1"}
    assert Reservation.objects.get().demand_ref == "F-1"
    assert _reserved(people.tee, people.dc_reno) == 5


def test_a_release_named_by_two_wants_happens_once(people: cast.Cast) -> None:
    cast.stock(people.tee, people.dc_reno, 5)
    _reserve(_want("O-1", people.web, (people.tee, people.dc_reno, 4)))

    outcome = _reserve(
        _want("F-1", people.web, (people.tee, people.dc_reno, 3), releases=("O-1",)),
        _want("F-2", people.web, (people.tee, people.dc_reno, 3), releases=("O-1",)),
    )

    assert outcome.won == {"F-1"}
    assert _reserved(people.tee, people.dc_reno) == 3


def test_an_unlimited_level_grants_everything_and_counts_it(people: cast.Cast) -> None:
    cast.stock(people.lamp, people.dc_reno, 0, unlimited=True)

    outcome = _reserve(_want("F-1", people.web, (people.lamp, people.dc_reno, 900)))

    assert outcome.won == {"F-1"}
    assert _reserved(people.lamp, people.dc_reno) == 900


def test_a_sku_without_a_level_has_nothing(people: cast.Cast) -> None:
    outcome = _reserve(_want("F-1", people.web, (people.lamp, people.store_soho, 1)))

    assert outcome.lost["F-1"] == Loss(LossReason.INSUFFICIENT_STOCK, people.lamp.id, people.store_soho.id, 0)


def test_day_use_is_kept_per_demand_and_given_back_with_it(people: cast.Cast) -> None:
    cast.stock(people.tee, people.dc_reno, 5)
    use = DayUse("F-1", people.dc_reno.id, cast.NOW.date(), "", "ORDERS", 1)
    line = WantLine("F-1", "1", people.tee.id, people.dc_reno.id, 2)
    _reserve(Want("F-1", people.web.id, (line,), days=(use,)))
    assert NodeDayUse.objects.get().node_day.used == 1

    with unit_of_work():
        ended = services.release(demand_refs=["F-1", "F-9"], reason="CANCELLED", at=cast.NOW, actor=cast.ACTOR)
        again = services.release(demand_refs=["F-1"], reason="CANCELLED", at=cast.NOW, actor=cast.ACTOR)

    assert (ended, again) == (1, 0)
    assert not NodeDayUse.objects.exists()
    assert _reserved(people.tee, people.dc_reno) == 0
    assert list(ReservationEntry.objects.order_by("id").values_list("delta", flat=True)) == [2, -2]


def test_a_soft_claim_has_an_end_and_a_repeated_one_grows(people: cast.Cast) -> None:
    cast.stock(people.tee, people.dc_reno, 5)
    want = Want(
        "R-1", people.web.id, (WantLine("R-1", "1", people.tee.id, people.dc_reno.id, 2),),
        expires_at=cast.NOW + timedelta(minutes=15),
    )  # fmt: skip

    _reserve(want)
    _reserve(want)

    claim = Reservation.objects.get()
    assert (claim.kind, claim.quantity) == ("SOFT", 4)
