"""Books are mended by entries that a person has reviewed, and by nothing else."""

import io
from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from dom.kernel import prove
from dom.kernel.models import Change
from dom.kernel.transactions import unit_of_work
from inventory import services
from inventory.errors import RepairRefused
from inventory.models import Repair, Reservation, ReservationEntry, StockLevel, StockMovement
from inventory.services import DayUse, QuotaRow, SupplyRow, Want, WantLine, repairs
from tests import cast

pytestmark = pytest.mark.django_db(transaction=True)

#: What breaks a book behind our backs, and the entry that mends it.
BROKEN = {
    "STOCK_LEDGER": (
        "UPDATE inventory_stock_level SET on_hand = on_hand + 2, unsellable = 1",
        {"on_hand": 2, "unsellable": 1, "safety_stock": 0},
    ),
    "RESERVED": ("UPDATE inventory_stock_level SET reserved = reserved + 3", {"units": -3}),
    "SUPPLY_RESERVED": ("UPDATE inventory_incoming_supply SET reserved = reserved - 1", {"units": 1}),
    "QUOTA_USED": ("UPDATE inventory_channel_quota SET used = used - 2", {"units": 2}),
    "DAY_USED": ("UPDATE inventory_node_day SET used = used + 4", {"units": -4}),
}


@pytest.fixture
def people() -> cast.Cast:
    """The cast: ten tees at Reno, of which four are claimed and use a day; two more are claimed of a delivery."""
    everyone = cast.enter()
    cast.stock(everyone.tee, everyone.dc_reno, 10)
    tee, reno, at = everyone.tee.id, everyone.dc_reno.id, cast.NOW
    with unit_of_work():
        services.upsert_quotas(rows=[QuotaRow("web", "TEE", 20)], at=at, actor=cast.ACTOR)
        row = SupplyRow("PO-1", tee, reno, 5, at + timedelta(days=2))
        services.upsert_incoming_supply(rows=[row], at=at, actor=cast.ACTOR)
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM inventory_incoming_supply")
        supply = cursor.fetchone()[0]
    lines = (WantLine("D-1", "1", tee, reno, 4), WantLine("D-1", "2", tee, reno, 2, supply_id=supply))
    want = Want("D-1", everyone.web.id, lines, days=(DayUse("D-1", reno, at.date(), "", "UNITS", 4),))
    with unit_of_work():
        assert services.reserve(wants=[want], at=at, actor=cast.ACTOR).won == {"D-1"}
    assert prove.differences() == []
    return everyone


def _break(sql: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")  # no trigger, as from a psql of bad manners
        cursor.execute(sql)


def _propose() -> list[Repair]:
    with unit_of_work():
        return repairs.propose(at=cast.NOW)


def _post(repair: Repair, note: str = "Checked on the shelf") -> Repair:
    with unit_of_work():
        return repairs.post(repair_id=repair.id, note=note, at=cast.NOW, actor="ana")


@pytest.mark.parametrize("book", BROKEN)
def test_a_difference_is_proposed_reviewed_posted_and_logged(people: cast.Cast, book: str) -> None:
    breaking, entry = BROKEN[book]
    _break(breaking)
    assert prove.differences()

    [proposed] = _propose()
    assert (proposed.book, proposed.entry, proposed.status) == (book, entry, "PROPOSED")
    assert prove.differences()
    _post(proposed)

    assert prove.differences() == []
    done = Repair.objects.get()
    assert (done.status, done.reviewed_by, done.note) == ("POSTED", "ana", "Checked on the shelf")
    logged = Change.objects.get(kind="repairs")
    assert (logged.actor, logged.code, logged.note) == ("ana", f"{book} {done.id}", "Checked on the shelf")
    assert logged.fields == {"status": ["PROPOSED", "POSTED"], **{unit: [None, units] for unit, units in entry.items()}}


def test_a_ledger_gets_an_entry_and_its_balance_stays(people: cast.Cast) -> None:
    _break(BROKEN["STOCK_LEDGER"][0])
    before = StockLevel.objects.values().get()
    [proposed] = _propose()
    assert proposed.words == (
        "stock ledger, TEE dc_reno: an entry of +2 on hand, +1 unsellable, +0 safety stock brings the ledger to the "
        "balance."
    )

    _post(proposed)

    assert StockLevel.objects.values().get() == before
    entry = StockMovement.objects.order_by("-id").first()
    assert entry is not None
    assert (entry.on_hand_delta, entry.unsellable_delta, entry.kind, entry.reason) == (2, 1, "ADJUST", "REPAIR")
    assert (entry.actor, entry.reference) == ("ana", f"repair {proposed.id}")


@pytest.mark.parametrize(
    ("breaking", "units"),
    [
        ("UPDATE inventory_reservation_entry SET delta = 5 WHERE line_ref = '1'", -1),
        ("DELETE FROM inventory_reservation_entry WHERE line_ref = '2'", 2),
        ("UPDATE inventory_reservation_entry SET line_ref = '9' WHERE line_ref = '2'", 2),
    ],
)
def test_the_ledger_of_claims_is_brought_to_what_is_claimed(people: cast.Cast, breaking: str, units: int) -> None:
    _break(breaking)
    claims = list(Reservation.objects.order_by("id").values())

    for proposed in _propose():
        _post(proposed)

    assert prove.differences() == []
    assert list(Reservation.objects.order_by("id").values()) == claims
    assert units in ReservationEntry.objects.filter(reason="REPAIR").values_list("delta", flat=True)


def test_units_that_turn_out_to_be_claimed_too_often_are_short(people: cast.Cast) -> None:
    _break("UPDATE inventory_stock_level SET reserved = 0, on_hand = 3")

    for proposed in _propose():
        _post(proposed)

    level = StockLevel.objects.get()
    assert (level.reserved, level.on_hand, level.shortage) == (4, 3, 1)
    assert prove.differences() == []


def test_what_became_another_difference_is_refused_and_proposed_anew(people: cast.Cast) -> None:
    _break("UPDATE inventory_stock_level SET reserved = reserved + 3")
    [proposed] = _propose()
    _break("UPDATE inventory_stock_level SET reserved = reserved + 1")

    with pytest.raises(RepairRefused, match="another one now"):
        _post(proposed)
    assert StockLevel.objects.get().reserved == 8
    [again] = _propose()

    assert (again.id != proposed.id, again.entry) == (True, {"units": -4})
    assert Repair.objects.get(id=proposed.id).status == "GONE"


def test_what_went_away_is_gone_and_what_stays_is_proposed_once(people: cast.Cast) -> None:
    _break("UPDATE inventory_stock_level SET reserved = reserved + 3")
    [first] = _propose()
    assert [one.id for one in _propose()] == [first.id]

    _break("UPDATE inventory_stock_level SET reserved = reserved - 3")

    assert _propose() == []
    assert Repair.objects.get().status == "GONE"


def test_nothing_is_posted_twice_without_a_note_or_after_it_was_dismissed(people: cast.Cast) -> None:
    _break("UPDATE inventory_stock_level SET reserved = reserved + 3")
    [proposed] = _propose()
    with pytest.raises(RepairRefused, match="A note"):
        _post(proposed, note=" ")

    with unit_of_work():
        repairs.dismiss(repair_id=proposed.id, note="The feed is being mended", at=cast.NOW, actor="ana")
    with pytest.raises(RepairRefused, match="no such open proposal"):
        _post(proposed)

    assert (StockLevel.objects.get().reserved, Repair.objects.get().status) == (7, "DISMISSED")
    assert [one.entry for one in _propose()] == [{"units": -3}]


def test_claims_beyond_what_is_to_come_are_not_hidden(people: cast.Cast) -> None:
    _break("UPDATE inventory_incoming_supply SET reserved = 0, quantity = 1")
    [proposed] = _propose()

    with pytest.raises(RepairRefused, match="nothing there"):
        _post(proposed)

    assert Repair.objects.get().status == "PROPOSED"


def _command(*words: str) -> str:
    out = io.StringIO()
    call_command("repair", *words, stdout=out)
    return out.getvalue()


def test_the_command_proposes_and_posts_for_a_person_who_may(people: cast.Cast) -> None:
    _break("UPDATE inventory_stock_level SET reserved = reserved + 3")
    ana = get_user_model().objects.create_user("ana")

    assert _command().endswith("1 entry is proposed; nothing was mended.\n")
    number = str(Repair.objects.get().id)
    with pytest.raises(CommandError, match="--by USERNAME"):
        _command("--post", number, "--by", "ana", "--note", "Looked")
    with pytest.raises(CommandError, match="--by USERNAME"):
        _command("--post", number, "--note", "Looked")
    assert StockLevel.objects.get().reserved == 7
    ana.user_permissions.add(Permission.objects.get(codename="change_repair"))
    with pytest.raises(CommandError, match="A note"):
        _command("--post", number, "--by", "ana")

    assert "Posted by ana: reserved, TEE dc_reno" in _command("--post", number, "--by", "ana", "--note", "Looked")
    assert prove.differences() == []
