from datetime import timedelta

import pytest

from dom.kernel.transactions import unit_of_work
from inventory import services
from inventory.errors import ClaimMissing, ReservationLapsed
from inventory.models import ChannelQuota, QueuedDemand, Reservation, ReservationEntry, StockLevel, StockMovement
from inventory.services import LineClaim, QueuedRow, QuotaRow, Want, WantLine
from tests import cast

pytestmark = pytest.mark.django_db(transaction=True)

SOON = cast.NOW + timedelta(minutes=15)


def _hold(people: cast.Cast, ref: str, units: int, *, soft: bool = False, line: str = "1") -> None:
    want = Want(
        ref, people.web.id, (WantLine(ref, line, people.tee.id, people.dc_reno.id, units),),
        expires_at=SOON if soft else None,
    )  # fmt: skip
    with unit_of_work():
        assert services.reserve(wants=[want], at=cast.NOW, actor=cast.ACTOR).won == {ref}


def _level(people: cast.Cast) -> tuple[int, int]:
    level = StockLevel.objects.get(sku=people.tee, node=people.dc_reno)
    return level.on_hand, level.reserved


def _claim(people: cast.Cast, ref: str, units: int) -> LineClaim:
    return LineClaim(ref, "1", people.tee.id, people.dc_reno.id, units)


def _quota(units: int) -> None:
    with unit_of_work():
        services.upsert_quotas(rows=[QuotaRow("web", "TEE", units)], at=cast.NOW, actor=cast.ACTOR)


def _used() -> tuple[int, int]:
    quota = ChannelQuota.objects.get()
    return quota.used, quota.excess


def test_a_cart_becomes_the_orders_without_a_gap(people: cast.Cast) -> None:
    cast.stock(people.tee, people.dc_reno, 5)
    _hold(people, "R-1", 3, soft=True)
    _hold(people, "R-2", 2, soft=True)

    with unit_of_work():
        for ref in ("R-1", "R-2"):
            services.move(old_ref=ref, new_ref="O-1", at=cast.NOW, actor=cast.ACTOR)

    claim = Reservation.objects.get()
    assert (claim.demand_ref, claim.kind, claim.quantity, claim.expires_at) == ("O-1", "HARD", 5, None)
    assert _level(people) == (5, 5)


def test_a_converted_cart_is_hard_and_as_urgent_as_it_was(people: cast.Cast) -> None:
    cast.stock(people.tee, people.dc_reno, 5)
    line = WantLine("R-1", "1", people.tee.id, people.dc_reno.id, 2)
    with unit_of_work():
        services.reserve(
            wants=[Want("R-1", people.web.id, (line,), expires_at=SOON, priority=7)], at=cast.NOW, actor=cast.ACTOR
        )
        services.move(old_ref="R-1", new_ref="O-1", at=cast.NOW, actor=cast.ACTOR)

    claim = Reservation.objects.get()
    assert (claim.demand_ref, claim.kind, claim.priority, claim.expires_at) == ("O-1", "HARD", 7, None)
    entries = ReservationEntry.objects.filter(kind="CONVERT").order_by("delta")
    assert list(entries.values_list("demand_ref", "hold", "delta")) == [("R-1", "SOFT", -2), ("O-1", "HARD", 2)]


def test_a_lapsed_cart_is_refused_and_left_alone(people: cast.Cast) -> None:
    cast.stock(people.tee, people.dc_reno, 5)
    _hold(people, "R-1", 3, soft=True)

    with pytest.raises(ReservationLapsed), unit_of_work():
        services.move(old_ref="R-1", new_ref="O-1", at=SOON, actor=cast.ACTOR)
    with pytest.raises(ReservationLapsed), unit_of_work():
        services.extend(demand_ref="R-1", expires_at=SOON + timedelta(hours=1), at=SOON, actor=cast.ACTOR)

    assert Reservation.objects.get().demand_ref == "R-1"


def test_expiry_ends_what_has_run_out_and_nothing_else(people: cast.Cast) -> None:
    cast.stock(people.tee, people.dc_reno, 9)
    for ref in ("R-1", "R-2"):
        _hold(people, ref, 2, soft=True)
    _hold(people, "O-1", 2)
    with unit_of_work():
        services.extend(demand_ref="R-2", expires_at=SOON + timedelta(minutes=1), at=cast.NOW, actor=cast.ACTOR)

    with unit_of_work():
        ended = services.expire(at=SOON)
    with unit_of_work():
        again = services.expire(at=SOON)

    assert (ended, again) == (1, 0)
    assert sorted(Reservation.objects.values_list("demand_ref", flat=True)) == ["O-1", "R-2"]
    assert _level(people) == (9, 4)
    assert ReservationEntry.objects.filter(kind="EXPIRE", demand_ref="R-1", delta=-2).count() == 1


def test_shipping_takes_units_off_hand_and_off_the_claim_together(people: cast.Cast) -> None:
    cast.stock(people.tee, people.dc_reno, 5)
    _hold(people, "F-1", 4)

    with unit_of_work():
        services.consume(lines=[_claim(people, "F-1", 3)], reason="SHIPPED", at=cast.NOW, actor=cast.ACTOR)

    assert _level(people) == (2, 1)
    assert StockMovement.objects.get(kind="SHIP").reference == "F-1"


def test_goods_of_several_demands_leave_in_one_movement_that_names_none(people: cast.Cast) -> None:
    cast.stock(people.tee, people.dc_reno, 5)
    _hold(people, "F-1", 2)
    _hold(people, "F-2", 1)

    with unit_of_work():
        both = [_claim(people, "F-1", 2), _claim(people, "F-2", 1)]
        services.consume(lines=both, reason="SHIPPED", at=cast.NOW, actor=cast.ACTOR)

    moved = StockMovement.objects.get(kind="SHIP")
    assert (moved.on_hand_delta, moved.reference) == (-3, "")


def test_what_is_beyond_a_quota_falls_with_the_claims_that_end(people: cast.Cast) -> None:
    cast.stock(people.tee, people.dc_reno, 9)
    _hold(people, "F-1", 4)
    _quota(2)
    assert _used() == (4, 2)

    with unit_of_work():
        services.release_lines(lines=[_claim(people, "F-1", 1)], reason="CANCELLED", at=cast.NOW, actor=cast.ACTOR)
    assert _used() == (3, 1)
    with unit_of_work():
        services.release(demand_refs=["F-1"], reason="CANCELLED", at=cast.NOW, actor=cast.ACTOR)

    assert _used() == (0, 0)


def test_more_than_is_claimed_can_be_neither_shipped_nor_given_back(people: cast.Cast) -> None:
    cast.stock(people.tee, people.dc_reno, 5)
    _hold(people, "F-1", 2)
    _hold(people, "F-2", 2)
    lines = [_claim(people, "F-2", 1), _claim(people, "F-1", 2), _claim(people, "F-1", 1)]

    with pytest.raises(ClaimMissing) as refusal, unit_of_work():
        services.consume(lines=lines, reason="SHIPPED", at=cast.NOW, actor=cast.ACTOR)
    with pytest.raises(ClaimMissing), unit_of_work():
        services.release_lines(lines=lines, reason="CANCELLED", at=cast.NOW, actor=cast.ACTOR)

    assert [line["asked"] for line in refusal.value.facts["lines"]] == [3]  # type: ignore[attr-defined]  # facts are objects
    assert _level(people) == (5, 4)


def test_a_partial_release_shrinks_the_claim(people: cast.Cast) -> None:
    cast.stock(people.tee, people.dc_reno, 5)
    _hold(people, "F-1", 4)

    with unit_of_work():
        services.release_lines(lines=[_claim(people, "F-1", 3)], reason="SHORTED", at=cast.NOW, actor=cast.ACTOR)

    assert Reservation.objects.get().quantity == 1
    assert _level(people) == (5, 1)


def test_shipping_from_an_unlimited_level_ends_the_claim_alone(people: cast.Cast) -> None:
    cast.stock(people.tee, people.dc_reno, 0, unlimited=True)
    _hold(people, "F-1", 4)

    with unit_of_work():
        services.consume(lines=[_claim(people, "F-1", 4)], reason="SHIPPED", at=cast.NOW, actor=cast.ACTOR)

    assert _level(people) == (0, 0)
    assert not StockMovement.objects.filter(kind="SHIP").exists()


def test_queued_demand_goes_with_the_claim_that_replaces_it(people: cast.Cast) -> None:
    cast.stock(people.tee, people.dc_reno, 5)
    rows = [QueuedRow("O-1", line, people.tee.id, people.web.id, 2) for line in ("1", "2")]
    line = WantLine("F-1", "1", people.tee.id, people.dc_reno.id, 2)
    with unit_of_work():
        services.queue_demand(rows=rows, at=cast.NOW)
        services.queue_demand(rows=rows, at=cast.NOW)

    with unit_of_work():
        services.reserve(wants=[Want("F-1", people.web.id, (line,), dequeues=("O-1",))], at=cast.NOW, actor=cast.ACTOR)
    assert list(QueuedDemand.objects.values_list("line_ref", "quantity")) == [("2", 2)]
    with unit_of_work():
        services.dequeue_demand(rows=[QueuedRow("O-1", "2", people.tee.id, people.web.id, 1)])
    assert list(QueuedDemand.objects.values_list("line_ref", "quantity")) == [("2", 1)]
    with unit_of_work():
        services.dequeue_demand(demand_refs=["O-1"])

    assert not QueuedDemand.objects.exists()
