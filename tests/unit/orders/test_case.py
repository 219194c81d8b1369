"""What an open order does to its units, before anything is written: moved together, counted once, paid for exactly."""

import random
from collections import Counter

import pytest

from dom.kernel.errors import NotFound
from inventory.models import Channel, Node
from inventory.services import LineClaim
from orders.errors import InvalidTransition
from orders.models import FulfillmentGroup, FulfillmentOrder, FulfillmentOrderLine, Order, OrderLine
from orders.reports import Correction, Reason, Returned
from orders.services.case import Case, move, open_units
from tests.cast import NOW

_FATES = ("queued", "backordered", "planned", "shipped", "cancelled")
_PART_FATES = ("to_pick", "picked", "shorted", "cancelled", "shipped")


def _line(number: int, quantity: int, *, price: int = 1_000, sku: int | None = 7, **fates: int) -> OrderLine:
    rest = quantity - sum(fates.values())
    return OrderLine(
        id=number, order_id=1, group_id=5, line_ref=str(number), kind="PRODUCT", sku_id=sku, sku_code="TEE",
        quantity=quantity, unit_price_minor=price, planned=rest, **fates,
    )  # fmt: skip


def _case(*lines: OrderLine, status: str = "PLANNED", picked: int = 0, charges: int = 0) -> Case:
    """Return a case whose planned units are all the work of one node, the first `picked` of each line picked."""
    order = Order(id=1, ref="O-1", channel=Channel(code="web"), charges_minor=charges)
    work = FulfillmentOrder(id=3, ref="F-3", order_id=1, group_id=5, node=Node(id=9, code="soho"), status=status)
    parts = [
        FulfillmentOrderLine(
            id=line.id, fulfillment_order_id=3, order_line_id=line.id, quantity=line.planned,
            to_pick=line.planned - min(picked, line.planned), picked=min(picked, line.planned),
        )
        for line in lines
    ]  # fmt: skip
    groups = {5: FulfillmentGroup(id=5, order_id=1, group_ref="1", method="SHIP")}
    return Case(order, groups, {line.id: line for line in lines}, {3: work}, parts, [])


def _units(row: OrderLine | FulfillmentOrderLine) -> dict[str, int]:
    names = _FATES if isinstance(row, OrderLine) else _PART_FATES
    return {name: units for name in names if (units := getattr(row, name))}


def test_units_are_taken_back_unpicked_ones_first() -> None:
    line = _line(1, 5)
    case = _case(line, picked=2)

    case.take_back(case.parts[0], 1, as_="shorted", fate="queued")
    assert _units(case.parts[0]) == {"to_pick": 2, "picked": 2, "shorted": 1}
    case.take_back(case.parts[0], 3, as_="shorted", fate="queued")

    assert _units(case.parts[0]) == {"picked": 1, "shorted": 4}
    assert _units(line) == {"queued": 4, "planned": 1}
    assert (dict(case.stock.returned), case.stock.waiting, case.reroute) == ({3: Counter({1: 4})}, {1}, True)
    assert (case.cancelled_minor, case.stock.consumed) == (0, {})


def test_units_that_nobody_wants_take_their_money_and_wait_for_nothing() -> None:
    line = _line(1, 3)
    case = _case(line, charges=100)

    case.take_back(case.parts[0], 2, as_="cancelled", fate="cancelled")
    case.take_back(case.parts[0], 1, as_="cancelled", fate="cancelled")

    assert (_units(line), _units(case.parts[0])) == ({"cancelled": 3}, {"cancelled": 3})
    assert case.cancelled_minor == 3_100
    assert (case.stock.returned[3], case.stock.waiting, case.reroute) == (Counter({1: 3}), set(), False)


@pytest.mark.parametrize(
    ("units", "done", "left"),
    [
        (1, 1, {"queued": 1, "backordered": 3, "cancelled": 1}),
        (4, 4, {"backordered": 1, "cancelled": 4}),
        (9, 5, {"cancelled": 5}),
        (0, 0, {"queued": 2, "backordered": 3}),
    ],
)
def test_what_waits_is_cancelled_queued_units_first(units: int, done: int, left: dict[str, int]) -> None:
    line = _line(1, 5, queued=2, backordered=3)
    case = _case(line)

    assert case.cancel_waiting(line, units) == done

    assert (_units(line), case.cancelled_minor) == (left, 1_000 * done)
    assert (case.stock.waiting, case.reroute) == ({1} if done else set(), False)


@pytest.mark.parametrize(("units", "done"), [(1, 1), (3, 3), (9, 3), (0, 0)])
def test_what_waits_for_stock_is_decided_on_again(units: int, done: int) -> None:
    line = _line(1, 4, backordered=3, queued=1)
    case = _case(line)

    assert case.queue_again(line, units) == done

    assert (line.queued, line.backordered) == (1 + done, 3 - done)
    assert (case.stock.waiting, case.reroute, case.woken()) == ({1} if done else set(), bool(done), +Counter({7: done}))


def test_only_what_waited_when_it_was_opened_is_woken_by_sku() -> None:
    lines = [_line(1, 4, backordered=3), _line(2, 2, backordered=2), _line(3, 2, backordered=2, sku=None)]
    case = _case(*lines, _line(4, 2, sku=8))

    for line in lines:
        case.queue_again(line, 2)
    case.lines[4].backordered = 1  # as a plan that falls through would: it waits more than before

    assert case.woken() == Counter({7: 4})


def test_picked_units_leave_with_their_share() -> None:
    line = _line(1, 3)
    case = _case(line, picked=3, charges=100)

    amounts = [case.send(case.parts[0], 1), case.send(case.parts[0], 2)]

    assert (amounts[0] + amounts[1], abs(2 * amounts[0] - amounts[1]) <= 2) == (3_100, True)
    assert (_units(line), _units(case.parts[0])) == ({"shipped": 3}, {"shipped": 3})
    assert (case.stock.consumed[3], case.stock.returned, case.cancelled_minor) == (Counter({1: 3}), {}, 0)


def _assert_every_unit_once(case: Case) -> None:
    for line in case.lines.values():
        fates = [getattr(line, name) for name in _FATES]
        assert (sum(fates), min(fates) >= 0) == (line.quantity, True)
    for part in case.parts:
        fates = [getattr(part, name) for name in _PART_FATES]
        assert (sum(fates), min(fates) >= 0) == (part.quantity, True)
    assert [line.planned for line in case.lines.values()] == [open_units(part) for part in case.parts]


@pytest.mark.parametrize("seed", range(40))
def test_whatever_happens_every_unit_has_one_fate_and_the_money_adds_up(seed: int) -> None:
    rng = random.Random(seed)
    lines = [_line(n, rng.randint(1, 6), price=rng.choice([0, 333, 1_999])) for n in range(1, 4)]
    lines[0].discount_minor, lines[1].tax_minor = lines[0].unit_price_minor // 3, rng.choice([0, 77])
    case = _case(*lines, picked=rng.randint(0, 6), charges=rng.choice([0, 250]))
    sent = 0
    for _ in range(500):
        part = rng.choice(case.parts)
        line = case.lines[part.order_line_id]
        match rng.choice(["send", "back", "gone", "waiting"]):
            case "send" if part.picked:
                sent += case.send(part, rng.randint(1, part.picked))
            case "back" if open_units(part):
                case.take_back(part, rng.randint(1, open_units(part)), as_="shorted", fate="queued")
            case "gone" if open_units(part):
                case.take_back(part, rng.randint(1, open_units(part)), as_="cancelled", fate="cancelled")
            case "waiting":
                case.cancel_waiting(line, rng.randint(1, 3))
        _assert_every_unit_once(case)
    worth = [line.quantity * line.unit_price_minor - line.discount_minor + line.tax_minor for line in lines]
    assert sent + case.cancelled_minor == sum(worth) + case.order.charges_minor


def test_an_event_of_work_says_its_revision_state_and_place() -> None:
    case = _case(_line(1, 1), status="PICKED")
    work = case.work[3]

    case.tell(work, "picked", lines=[])

    (event,) = case.events
    assert (work.revision, event.revision, case.touched_work) == (2, 2, {3})
    assert (event.kind, event.entity, event.entity_ref) == ("fulfillment_order.picked", "fulfillment_order", "F-3")
    assert (event.channel, event.node, event.data) == ("web", "soho", {"order": "O-1", "status": "PICKED", "lines": []})


def test_open_work_comes_youngest_first_and_is_done_with_its_last_unit() -> None:
    case = _case(_line(1, 2))
    for number, status in ((4, "CANCELLED"), (6, "PICKING"), (5, "ON_HOLD")):
        case.work[number] = FulfillmentOrder(id=number, ref=f"F-{number}", group_id=5, status=status)

    assert [fo.id for fo in case.open_work()] == [6, 5, 3]
    assert [case.is_done(case.work[number]) for number in (3, 4)] == [False, True]
    case.take_back(case.parts[0], 2, as_="shorted", fate="queued")
    assert case.is_done(case.work[3])


def test_a_line_is_named_by_its_order_and_by_its_work() -> None:
    case = _case(_line(1, 2), _line(2, 1))
    case.work[4] = FulfillmentOrder(id=4, ref="F-4", group_id=5, status="PLANNED")

    assert (case.line_named("2").id, case.part_named(case.work[3], "2").id) == (2, 2)
    for wrong in (lambda: case.line_named("9"), lambda: case.part_named(case.work[4], "1")):
        with pytest.raises(NotFound):
            wrong()


def test_claims_and_reports_are_of_what_has_stock() -> None:
    case = _case(_line(2, 2), _line(1, 1), _line(3, 1, sku=None))
    work = case.work[3]

    claims = case.claims(Counter({2: 2, 1: 1, 3: 1}), work)
    assert claims == [LineClaim("F-3", "1", 7, 9, 1), LineClaim("F-3", "2", 7, 9, 2)]
    assert case.claims(Counter({1: 0}), work) == []

    for part in case.parts:
        case.report(work, part, Returned("1", 1, Reason.NOT_FOUND, 4))
    assert case.stock.corrections == [Correction(7, 9, "F-3", 1, Reason.NOT_FOUND, 4)] * 2


def test_a_node_that_could_not_is_kept_out_of_the_groups_next_plan() -> None:
    case = _case(_line(1, 1))

    case.exclude(case.work[3], "DAMAGED")

    assert (case.groups[5].excluded_nodes, case.touched_groups) == ({"soho": "DAMAGED"}, {5})


@pytest.mark.parametrize(("target", "closed"), [("ACCEPTED", None), ("CANCELLED", NOW)])
def test_work_moves_where_its_machine_says_and_knows_when_it_ended(target: str, closed: object) -> None:
    work = FulfillmentOrder(ref="F-3", status="PLANNED")

    move(work, target, at=NOW)

    assert (work.status, work.closed_at) == (target, closed)


def test_a_move_that_the_machine_does_not_know_says_which_it_knows() -> None:
    work = FulfillmentOrder(ref="F-3", status="PICKING")

    with pytest.raises(InvalidTransition) as refused:
        move(work, "READY", at=NOW)

    assert str(refused.value) == "F-3 is PICKING: it cannot become READY."
    allowed = ["CANCELLED", "CANCEL_REQUESTED", "ON_HOLD", "PICKED", "REJECTED"]
    assert refused.value.facts == {"status": "PICKING", "allowed": allowed}
    assert (work.status, work.closed_at) == ("PICKING", None)
