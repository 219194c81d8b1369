from datetime import timedelta

import pytest

from dom.kernel.transactions import unit_of_work
from inventory import services
from inventory.errors import InsufficientStock, RowsInvalid
from inventory.models import (
    Channel,
    ChannelQuota,
    IncomingSupply,
    Node,
    Reservation,
    Sku,
    StockLevel,
    StockMovement,
)
from inventory.services import (
    Adjustment,
    Counted,
    CountRow,
    Freed,
    LineClaim,
    LossReason,
    QuotaRow,
    SupplyRow,
    Want,
    WantLine,
)
from tests import cast

pytestmark = pytest.mark.django_db(transaction=True)

EARLIER = cast.NOW - timedelta(hours=1)
LATER = cast.NOW + timedelta(hours=1)


def _hold(
    ref: str, channel: Channel, sku: Sku, node: Node, units: int, *, supply: int | None = None, priority: int = 0
) -> bool:
    line = WantLine(ref, "1", sku.id, node.id, units, supply_id=supply)
    with unit_of_work():
        outcome = services.reserve(
            wants=[Want(ref, channel.id, (line,), priority=priority)], at=cast.NOW, actor=cast.ACTOR
        )
    return ref in outcome.won


def _ship(ref: str, sku: Sku, node: Node, units: int) -> None:
    with unit_of_work():
        services.consume(lines=[LineClaim(ref, "1", sku.id, node.id, units)], reason="", at=cast.NOW, actor=cast.ACTOR)


def _count(sku: Sku, node: Node, units: int, *, counted_at: object = cast.NOW, at: object = LATER) -> Counted:
    with unit_of_work():
        return services.count(rows=[CountRow(sku.id, node.id, units, counted_at)], at=at, actor=cast.ACTOR)  # type: ignore[arg-type]  # times


def _level(sku: Sku, node: Node) -> tuple[int, int, int]:
    level = StockLevel.objects.get(sku=sku, node=node)
    return level.on_hand, level.reserved, level.shortage


def test_an_adjustment_below_zero_is_refused_and_the_others_are_applied(people: cast.Cast) -> None:
    cast.stock(people.tee, people.dc_reno, 2)

    with unit_of_work():
        refused = services.adjust(
            rows=[
                Adjustment(people.tee.id, people.dc_reno.id, -3, reason="LOST"),
                Adjustment(people.mug.id, people.dc_reno.id, 4, 1, reason="FOUND"),
            ],
            at=cast.NOW,
            actor=cast.ACTOR,
        )

    assert [bad.row for bad in refused] == [0]
    assert _level(people.tee, people.dc_reno) == (2, 0, 0)
    mug = StockLevel.objects.get(sku=people.mug)
    assert (mug.on_hand, mug.unsellable) == (4, 1)
    assert StockMovement.objects.get(reason="FOUND").unsellable_delta == 1


def test_a_count_below_the_claims_makes_the_level_short_and_nothing_more_is_sold(people: cast.Cast) -> None:
    cast.stock(people.tee, people.dc_reno, 5)
    _hold("F-1", people.web, people.tee, people.dc_reno, 4)

    _count(people.tee, people.dc_reno, 1)

    assert _level(people.tee, people.dc_reno) == (1, 4, 3)
    assert not _hold("F-2", people.web, people.tee, people.dc_reno, 1)
    _ship("F-1", people.tee, people.dc_reno, 4)
    assert _level(people.tee, people.dc_reno) == (0, 0, 0)
    _count(people.tee, people.dc_reno, 2, counted_at=LATER)
    assert _level(people.tee, people.dc_reno) == (2, 0, 0)


def test_a_count_taken_before_our_shipment_and_arriving_after_it_keeps_the_shipment(people: cast.Cast) -> None:
    cast.stock(people.tee, people.dc_reno, 10)
    _hold("F-1", people.web, people.tee, people.dc_reno, 4)
    _ship("F-1", people.tee, people.dc_reno, 4)

    counted = _count(people.tee, people.dc_reno, 12, counted_at=cast.NOW - timedelta(seconds=1))

    assert counted == Counted(1, 0, ())
    assert _level(people.tee, people.dc_reno) == (8, 0, 0)


def test_a_count_that_is_older_than_the_last_is_ignored_and_told(people: cast.Cast) -> None:
    cast.stock(people.tee, people.dc_reno, 10)
    _count(people.tee, people.dc_reno, 7)

    late = _count(people.tee, people.dc_reno, 9, counted_at=EARLIER)
    again = _count(people.tee, people.dc_reno, 7)

    assert late == Counted(0, 0, (0,))
    assert again == Counted(0, 1, ())
    assert _level(people.tee, people.dc_reno) == (7, 0, 0)


def test_a_node_that_feeds_what_is_free_keeps_its_hard_claims_on_top(people: cast.Cast) -> None:
    Node.objects.filter(id=people.dc_reno.id).update(feed_basis="AVAILABLE")
    cast.stock(people.tee, people.dc_reno, 10)
    _hold("F-1", people.web, people.tee, people.dc_reno, 4)

    _count(people.tee, people.dc_reno, 5)

    assert _level(people.tee, people.dc_reno) == (9, 4, 0)


def test_a_bad_count_changes_nothing_and_names_row_and_field(people: cast.Cast) -> None:
    rows = [
        CountRow(people.tee.id, people.dc_reno.id, 3, cast.NOW),
        CountRow(people.tee.id, people.dc_reno.id, 4, cast.NOW),
        CountRow(people.mug.id, people.dc_reno.id, -1, LATER),
    ]

    with pytest.raises(RowsInvalid) as refusal, unit_of_work():
        services.count(rows=rows, at=cast.NOW, actor=cast.ACTOR)

    errors = refusal.value.facts["errors"]
    assert [(error["row"], error["field"]) for error in errors] == [(1, "sku"), (2, "on_hand"), (2, "counted_at")]  # type: ignore[attr-defined]  # facts are objects
    assert not StockLevel.objects.exists()


def test_a_transfer_leaves_here_and_is_claimed_there_before_it_arrives(people: cast.Cast) -> None:
    cast.stock(people.tee, people.dc_reno, 5)
    with unit_of_work():
        services.transfer(
            ref="T-1", from_node_id=people.dc_reno.id, to_node_id=people.store_soho.id, units=[(people.tee.id, 4)],
            expected_at=LATER, at=cast.NOW, actor=cast.ACTOR,
        )  # fmt: skip
    supply = IncomingSupply.objects.get()
    assert _hold("F-1", people.web, people.tee, people.store_soho, 2, supply=supply.id)
    assert _hold("F-2", people.web, people.tee, people.store_soho, 2, supply=supply.id, priority=5)
    assert not _hold("F-3", people.web, people.tee, people.store_soho, 1, supply=supply.id)

    with unit_of_work():
        freed = services.receive_supply(
            source_ref="T-1", sku_id=people.tee.id, node_id=people.store_soho.id, quantity=3, final=True,
            at=LATER, actor=cast.ACTOR,
        )  # fmt: skip

    assert freed == [Freed("F-1", "1", 1)]
    assert _level(people.tee, people.dc_reno) == (1, 0, 0)
    assert _level(people.tee, people.store_soho) == (3, 3, 0)
    assert sorted(Reservation.objects.filter(supply=None).values_list("demand_ref", "quantity")) == [
        ("F-1", 1),
        ("F-2", 2),
    ]


def test_claimed_units_cannot_be_sent_away(people: cast.Cast) -> None:
    cast.stock(people.tee, people.dc_reno, 5)
    _hold("F-1", people.web, people.tee, people.dc_reno, 2)

    with pytest.raises(InsufficientStock), unit_of_work():
        services.transfer(
            ref="T-1", from_node_id=people.dc_reno.id, to_node_id=people.store_soho.id, units=[(people.tee.id, 4)],
            expected_at=LATER, at=cast.NOW, actor=cast.ACTOR,
        )  # fmt: skip

    assert not IncomingSupply.objects.exists()
    assert _level(people.tee, people.dc_reno) == (5, 2, 0)


def test_supply_that_shrinks_frees_the_youngest_claims(people: cast.Cast) -> None:
    row = SupplyRow("PO-1", people.tee.id, people.dc_reno.id, 5, LATER)
    with unit_of_work():
        services.upsert_incoming_supply(rows=[row], at=cast.NOW, actor=cast.ACTOR)
    supply = IncomingSupply.objects.get()
    for n in (1, 2):
        assert _hold(f"F-{n}", people.web, people.tee, people.dc_reno, 2, supply=supply.id)

    smaller = SupplyRow("PO-1", people.tee.id, people.dc_reno.id, 3, LATER)
    with unit_of_work():
        freed = services.upsert_incoming_supply(rows=[smaller], at=cast.NOW, actor=cast.ACTOR)

    assert freed == [Freed("F-2", "1", 1)]
    supply.refresh_from_db()
    assert (supply.quantity, supply.reserved) == (3, 3)


def test_a_quota_counts_what_is_claimed_already_and_gives_back_what_is_released(people: cast.Cast) -> None:
    cast.stock(people.tee, people.dc_reno, 50)
    assert _hold("F-1", people.market, people.tee, people.dc_reno, 3)
    with unit_of_work():
        services.upsert_quotas(rows=[QuotaRow("market", "TEE", 5)], at=cast.NOW, actor=cast.ACTOR)
    assert _hold("F-2", people.market, people.tee, people.dc_reno, 2)
    assert not _hold("F-3", people.market, people.tee, people.dc_reno, 1)
    assert _hold("F-4", people.web, people.tee, people.dc_reno, 9)
    _ship("F-1", people.tee, people.dc_reno, 3)
    with unit_of_work():
        services.release(demand_refs=["F-2"], reason="", at=cast.NOW, actor=cast.ACTOR)

    quota = ChannelQuota.objects.get()
    assert (quota.quota, quota.used, quota.excess) == (5, 3, 0)


def test_a_quota_below_its_use_stops_further_claims(people: cast.Cast) -> None:
    cast.stock(people.tee, people.dc_reno, 50)
    _hold("F-1", people.market, people.tee, people.dc_reno, 6)
    with unit_of_work():
        services.upsert_quotas(rows=[QuotaRow("market", "TEE", 9)], at=cast.NOW, actor=cast.ACTOR)
        services.upsert_quotas(rows=[QuotaRow("market", "TEE", 4)], at=cast.NOW, actor=cast.ACTOR)

    line = WantLine("F-2", "1", people.tee.id, people.dc_reno.id, 1)
    with unit_of_work():
        outcome = services.reserve(wants=[Want("F-2", people.market.id, (line,))], at=cast.NOW, actor=cast.ACTOR)

    assert outcome.lost["F-2"].reason == LossReason.QUOTA
    assert ChannelQuota.objects.get().excess == 2
