"""By which way a parcel leaves, and when: what its day does not hold leaves by another, at another hour."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

import numpy as np
import pytest

from routing.core.config import Configuration
from routing.core.deciding import decide
from routing.core.facts import NO_LIMIT, Facts, NetworkFacts, NodeFacts, SkuFacts
from routing.core.kernels.schedule import first_days
from routing.core.reasons import Reason
from routing.core.types import Destination, Method, Parcel, RequestLine, RoutingRequest
from tests.unit.routing.worlds import AT

CALENDAR = {
    "code": "dc", "hours": {"MON-SUN": ["06:00", "22:00"]}, "cut_off": "18:00", "cut_offs": {"DEAR": "10:00"},
    "processing_minutes": 60,
}  # fmt: skip
SERVICES = {
    "services": [{"code": code, "rate_card": code.lower(), "transit": {"days": 2}} for code in ("CHEAP", "DEAR")]
}
CARDS: list[dict[str, Any]] = [
    {"code": code, "zones": [{"zone": "all"}], "rates": [{"up_to_grams": [9_000], "prices": [price]}]}
    for code, price in (("cheap", "1"), ("dear", "5"))
]
POLICY = {"code": "p", "prices": {"failed_pick": "8.00"}}
HAT, SHOE = SkuFacts("HAT", weight_grams=500), SkuFacts("SHOE", weight_grams=500)


def sent(
    lines_today: int, *quantities: int, cards: Sequence[dict[str, Any]] = CARDS, minutes: int = 60, **node: Any
) -> tuple[Parcel, ...]:
    """Return the parcels of hats and shoes from a node whose today takes so many lines, and tomorrow any number."""
    configuration = Configuration.from_bodies(
        policies=[POLICY],
        calendars=[CALENDAR | {"processing_minutes": minutes}],
        carrier_services=SERVICES,
        rate_cards=list(cards),
    )
    left = np.full((1, 2, 4), NO_LIMIT, np.int64)
    left[0, 0, 1] = lines_today
    facts = Facts(
        NetworkFacts((NodeFacts("N", "DC", "US", calendar="dc", **node),), configuration), (HAT, SHOE),
        np.full((2, 1), 9, np.int64), capacity_from=date(2026, 11, 24), capacity_left=left,
    )  # fmt: skip
    skus = zip((HAT, SHOE), quantities, strict=False)
    lines = tuple(RequestLine(sku.code, sku.code, quantity) for sku, quantity in skus)
    return decide(RoutingRequest("O", "", Method.SHIP, lines, Destination("US")), facts, at=AT).plan.parcels


def test_what_the_day_of_the_cheaper_way_does_not_hold_leaves_whole_by_the_dearer() -> None:
    (parcel,) = sent(1, 1, 1)

    assert (parcel.service, parcel.work_date, parcel.cost_e4) == ("DEAR", "2026-11-25", 50_000)
    assert parcel.ship_by == datetime(2026, 11, 25, 10, tzinfo=UTC)
    assert parcel.deliver_by == datetime(2026, 11, 27, 20, tzinfo=UTC)


def test_what_it_does_hold_leaves_by_the_cheaper() -> None:
    for parcels in (sent(2, 1, 1), sent(1, 9)):
        (parcel,) = parcels
        assert (parcel.service, parcel.work_date, parcel.cost_e4) == ("CHEAP", "2026-11-24", 10_000)
        assert parcel.ship_by == datetime(2026, 11, 24, 18, tzinfo=UTC)
        assert parcel.deliver_by == datetime(2026, 11, 26, 20, tzinfo=UTC)


def test_of_two_ways_at_one_price_the_first_in_the_list_is_taken() -> None:
    cheap, dear = CARDS
    (parcel,) = sent(2, 1, cards=(cheap, {**cheap, "code": dear["code"]}))

    assert parcel.service == "CHEAP"


@pytest.mark.parametrize(("minutes", "leaves"), [(160, 24), (161, 25), (400, 25), (640, 25), (641, 26)])
def test_work_that_a_day_does_not_end_goes_on_when_the_next_one_opens(minutes: int, leaves: int) -> None:
    """At 15:20 the day has 400 minutes left until 22:00; work then goes on at 06:00, and by 10:00 is another 240."""
    cheap, dear = CARDS
    dearest = {**cheap, "rates": dear["rates"]}
    prices = (dearest, {**dear, "rates": cheap["rates"]}) if minutes >= 400 else CARDS
    (parcel,) = sent(2, 1, cards=prices, minutes=minutes)

    assert parcel.work_date == f"2026-11-{leaves}"


def test_a_pick_that_always_fails_costs_its_whole_price_for_each_sku() -> None:
    (parcel,) = sent(2, 3, 1, failed_pick_ppm=1_000_000)

    assert parcel.terms_by_name == {"freight": 10_000, "failed_pick": 160_000}


def alone(*skus: SkuFacts, stock: tuple[int, ...] = (9, 9), tied: str = "") -> tuple[Reason, int]:
    """Return why the only node falls out of an order of a unit of each SKU, if it does, and the units that it sends."""
    node = NodeFacts("N", "DC", "US", handles_oversize=False)
    facts = Facts(NetworkFacts((node,)), skus, np.array(stock, np.int64)[: len(skus), None].copy())
    lines = tuple(RequestLine(sku.code, sku.code, 1, keep_together=tied) for sku in skus)
    decision = decide(RoutingRequest("O", "", Method.SHIP, lines, Destination("US")), facts, at=AT)
    return Reason(int(decision.trace.reason[0])), sum(len(parcel.lines) for parcel in decision.plan.parcels)


def test_the_first_line_that_a_node_may_not_handle_is_its_reason() -> None:
    acid, sofa = SkuFacts("ACID", hazmat_class="8"), SkuFacts("SOFA", handling_class="OVERSIZE")

    assert alone(acid, sofa) == (Reason.HAZMAT, 0)
    assert alone(sofa, acid) == (Reason.OVERSIZE, 0)
    assert alone(acid, HAT) == (Reason.PARTIAL, 1)
    assert alone(acid, HAT, stock=(9, 0)) == (Reason.NO_STOCK, 0)


def test_what_stays_together_waits_for_the_scarcest_of_its_skus() -> None:
    assert alone(HAT, SHOE, tied="set") == (Reason.CANDIDATE, 2)
    assert alone(HAT, SHOE, tied="set", stock=(9, 0)) == (Reason.NO_STOCK, 0)
    assert alone(HAT, SHOE, tied="set", stock=(0, 9)) == (Reason.NO_STOCK, 0)
    assert alone(HAT, SHOE, stock=(0, 9)) == (Reason.PARTIAL, 1)


@pytest.mark.parametrize(
    ("at", "minutes", "done", "leaves"),
    [
        (0, 60, (0, 540), 0),
        (500, 100, (0, 600), 0),
        (500, 101, (0, 601), 2),  # behind the first day's cut-off, and the second is closed
        (1_000, 20, (0, 1_020), 2),
        (1_000, 21, (2, 3_361), 2),
        (1_020, 0, (0, 1_020), 2),
        (1_021, 0, (2, 3_360), 2),
        (0, 660, (2, 3_480), 2),
        (0, 661, (2, 3_481), -1),
        (0, 1_080, (2, 3_900), -1),
    ],
)
def test_work_is_done_in_open_hours_and_leaves_by_the_first_cut_off_behind_it(
    at: int, minutes: int, done: tuple[int, int], leaves: int
) -> None:
    assert days(at, minutes) == (*done, leaves)


def days(at: int, minutes: int) -> tuple[int, int, int]:
    """Return (day, minute) at which work is done and the day it leaves, in days of 480–1020, none, and 3360–3900."""
    opens, closes, cut_off = (
        np.array([[480, -1, 3_360]]),
        np.array([[1_020, -1, 3_900]]),
        np.array([[[600, -1, 3_480]]]),
    )
    first, ready, ready_day = np.empty((1, 1), np.int64), np.empty(1, np.int64), np.empty(1, np.int64)
    first_days(opens, closes, cut_off, np.array([minutes]), at, first, ready, ready_day)
    return int(ready_day[0]), int(ready[0]), int(first[0, 0])


def test_what_is_never_done_never_leaves() -> None:
    day, _, leaves = days(0, 1_081)

    assert (day, leaves) == (-1, -1)
    assert sent(2, 1, minutes=100_000) == ()


@pytest.mark.parametrize(("has_hats", "closed"), [(False, Reason.NO_SERVICE), (True, Reason.CLOSED)])
def test_goods_that_no_service_carries_close_no_node(*, has_hats: bool, closed: Reason) -> None:
    """No work is ever done there: that is its reason only where it had something that could leave."""
    shut = CALENDAR | {"processing_minutes": 100_000}
    configuration = Configuration.from_bodies(calendars=[shut], carrier_services=SERVICES, rate_cards=list(CARDS))
    ice = SkuFacts("ICE", temperature_class="FROZEN")
    cold = frozenset({"AMBIENT", "FROZEN"})
    node = NodeFacts("N", "DC", "US", calendar="dc", temperature_classes=cold)
    facts = Facts(NetworkFacts((node,), configuration), (HAT, ice), np.array([[int(has_hats)], [1]], np.int64))
    lines = (RequestLine("1", "HAT", 1), RequestLine("2", "ICE", 1))
    decision = decide(RoutingRequest("O", "", Method.SHIP, lines, Destination("US")), facts, at=AT)

    assert Reason(int(decision.trace.reason[0])) == closed
