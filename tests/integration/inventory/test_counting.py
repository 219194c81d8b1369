from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import pytest

from dom.kernel.models import Event
from dom.kernel.transactions import unit_of_work
from inventory import services
from inventory.errors import ApprovalRefused, CountRefused
from inventory.models import CountLine, CountSession, Node, StockLevel, StockMovement
from inventory.selectors.counts import Seen, worth_counting
from inventory.services import Adjustment, LineClaim, Want, WantLine, counting
from inventory.states import COUNT_MOVES
from tests import cast
from tests.integration.inventory.rivals import at_once

pytestmark = pytest.mark.django_db(transaction=True)

LATER = cast.NOW + timedelta(hours=1)


def act(service: Callable[..., Any], ref: str, **asked: Any) -> Any:
    with unit_of_work():
        return service(ref=ref, **{"at": LATER, "actor": "omar", **asked})


def opened(people: cast.Cast, *skus: Any, node: str = "dc_reno") -> str:
    with unit_of_work():
        session = counting.open_count(
            node=node, sku_ids=[sku.id for sku in skus], blind=True, chosen_by="by hand", at=cast.NOW, actor="omar"
        )
    return session.ref


def enter(ref: str, found: Mapping[Any, int], *, counted_at: Any = cast.NOW, actor: str = "omar") -> None:
    seen = [Seen(sku.id, units, counted_at) for sku, units in found.items()]
    act(counting.enter_counts, ref, seen=seen, actor=actor)


def on_hand(sku: Any) -> int:
    return StockLevel.objects.get(sku=sku).on_hand


def test_what_was_counted_is_posted_and_what_moved_since_stays_moved(people: cast.Cast) -> None:
    cast.stock(people.tee, people.dc_reno, 40)
    cast.stock(people.mug, people.dc_reno, 9)
    ref = opened(people, people.tee, people.mug)
    enter(ref, {people.tee: 38, people.mug: 9})
    with unit_of_work():
        services.adjust(rows=[Adjustment(people.tee.id, people.dc_reno.id, -5)], at=LATER, actor="omar")
    act(counting.submit_count, ref)

    session, done = act(counting.post_count, ref)

    assert (session.status, done.changed, done.unchanged, done.ignored) == ("POSTED", 1, 1, ())
    assert (on_hand(people.tee), on_hand(people.mug)) == (33, 9)
    moved = StockMovement.objects.get(kind="COUNT")
    assert (moved.on_hand_delta, moved.reference, moved.reason, moved.actor) == (-2, ref, "COUNTED", "omar")
    told = list(Event.objects.filter(entity="count").order_by("id").values_list("kind", "revision", "node"))
    assert told == [("count.opened", 1, "dc_reno"), ("count.submitted", 2, "dc_reno"), ("count.posted", 3, "dc_reno")]


def test_the_books_are_those_of_the_moment_of_counting(people: cast.Cast) -> None:
    cast.stock(people.tee, people.dc_reno, 40)
    ref = opened(people, people.tee)
    with unit_of_work():
        services.adjust(rows=[Adjustment(people.tee.id, people.dc_reno.id, -5)], at=LATER, actor="omar")

    enter(ref, {people.tee: 39})

    line = CountLine.objects.get()
    assert (line.on_hand, line.difference, line.worth_minor, line.times) == (40, -1, -1_900, 1)


def test_a_line_that_a_later_count_has_overtaken_is_ignored_and_marked(people: cast.Cast) -> None:
    cast.stock(people.tee, people.dc_reno, 40)
    ref = opened(people, people.tee)
    enter(ref, {people.tee: 38})
    with unit_of_work():
        row = services.CountRow(people.tee.id, people.dc_reno.id, 41, cast.NOW + timedelta(minutes=1))
        services.count(rows=[row], at=LATER, actor="feed")
    act(counting.submit_count, ref)

    _, done = act(counting.post_count, ref)

    assert done.ignored == (0,)
    assert on_hand(people.tee) == 41
    assert CountLine.objects.get().ignored


def test_a_dear_difference_is_posted_by_somebody_who_has_not_counted(people: cast.Cast) -> None:
    cast.stock(people.lamp, people.dc_reno, 10)
    with unit_of_work():
        counting.set_count_approval(above_minor=10_000, at=cast.NOW, actor="maya")
    ref = opened(people, people.lamp)
    enter(ref, {people.lamp: 8})
    act(counting.submit_count, ref)

    with pytest.raises(ApprovalRefused):
        act(counting.post_count, ref)
    assert (on_hand(people.lamp), CountSession.objects.get().status) == (10, "REVIEW")
    act(counting.post_count, ref, actor="maya")
    assert on_hand(people.lamp) == 8


def test_what_is_doubted_is_counted_once_more(people: cast.Cast) -> None:
    cast.stock(people.tee, people.dc_reno, 40)
    cast.stock(people.mug, people.dc_reno, 9)
    ref = opened(people, people.tee, people.mug)
    enter(ref, {people.tee: 4, people.mug: 9})
    act(counting.submit_count, ref)

    act(counting.recount, ref, line_ids=[CountLine.objects.get(sku=people.tee).id])

    with pytest.raises(CountRefused, match=r"^1 SKU is not counted yet\.$"):
        act(counting.submit_count, ref)
    enter(ref, {people.tee: 40}, actor="ana")
    act(counting.submit_count, ref)
    line = CountLine.objects.get(sku=people.tee)
    assert (line.counted, line.counted_by, line.times) == (40, "ana", 2)


def test_posting_at_once_posts_once(people: cast.Cast) -> None:
    cast.stock(people.tee, people.dc_reno, 40)
    ref = opened(people, people.tee)
    enter(ref, {people.tee: 38})
    act(counting.submit_count, ref)

    def post(_number: int) -> bool:
        try:
            act(counting.post_count, ref)
        except CountRefused:
            return False
        return True

    assert sorted(at_once(4, post)) == [False, False, False, True]
    assert on_hand(people.tee) == 38
    assert Event.objects.filter(kind="count.posted").count() == 1


def test_what_cannot_be_counted_is_refused_and_changes_nothing(people: cast.Cast) -> None:
    cast.stock(people.tee, people.dc_reno, 40)
    ref = opened(people, people.tee)

    for found, counted_at in (({people.mug: 1}, cast.NOW), ({people.tee: -1}, cast.NOW), ({people.tee: 1}, LATER)):
        with pytest.raises(CountRefused):
            act(counting.enter_counts, ref, at=cast.NOW, seen=[Seen(k.id, n, counted_at) for k, n in found.items()])
    with pytest.raises(CountRefused):
        act(counting.post_count, ref)
    with pytest.raises(CountRefused):
        opened(people)
    Node.objects.filter(code="store_soho").update(feed_basis="AVAILABLE")
    with pytest.raises(CountRefused):
        opened(people, people.tee, node="store_soho")
    act(counting.cancel_count, ref)
    with pytest.raises(CountRefused):
        enter(ref, {people.tee: 1})
    assert CountLine.objects.get().counted is None
    assert on_hand(people.tee) == 40


def test_skus_are_chosen_by_class_tag_and_the_last_count(people: cast.Cast) -> None:
    for sku, units in ((people.tee, 50), (people.mug, 50), (people.lamp, 50)):
        cast.stock(sku, people.dc_reno, units)
        _sell(people, sku, {"TEE": 49, "MUG": 10, "LAMP": 1}[sku.code])
    with unit_of_work():
        row = services.CountRow(people.mug.id, people.dc_reno.id, 40, cast.NOW)
        services.count(rows=[row], at=cast.NOW, actor="omar")
    node = people.dc_reno.id

    def chosen(**asked: Any) -> list[int]:
        return worth_counting(node, at=LATER, most=10, **asked)

    assert chosen() == [people.lamp.id, people.tee.id, people.mug.id]
    assert chosen(never=True) == [people.lamp.id, people.tee.id]
    assert chosen(tag="apparel") == [people.tee.id]
    assert [chosen(abc=one) for one in "ABC"] == [[people.tee.id], [people.lamp.id, people.mug.id], []]


def _sell(people: cast.Cast, sku: Any, units: int) -> None:
    ref = f"F-{sku.code}"
    wanted = WantLine(ref, "1", sku.id, people.dc_reno.id, units)
    with unit_of_work():
        services.reserve(wants=[Want(ref, people.web.id, (wanted,))], at=cast.NOW, actor=cast.ACTOR)
        services.consume(
            lines=[LineClaim(ref, "1", sku.id, people.dc_reno.id, units)], reason="", at=cast.NOW, actor=cast.ACTOR
        )


def test_the_machine_knows_every_state() -> None:
    assert set(COUNT_MOVES) == set(CountSession.Status.values)
    assert {state for state, targets in COUNT_MOVES.items() if not targets} == {"POSTED", "CANCELLED"}
