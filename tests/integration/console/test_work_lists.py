"""Lists of work open with what is left to do; everything else is one click away."""

import pytest
from django.test import Client

from dom.kernel.transactions import unit_of_work
from orders.models import FulfillmentOrder, Hold
from orders.services import concerns, holds
from orders.services.routing_flow import route_next
from tests import cast
from tests.integration.console.people import someone
from tests.integration.orders.bodies import place

pytestmark = pytest.mark.django_db(transaction=True)


def _held() -> list[str]:
    """Hold three orders: omar's, cleo's, nobody's; return their references."""
    cast.enter()
    refs = [place(("TEE", 1)).ref for _ in range(3)]
    for ref, owner in zip(refs, ("omar", "cleo", ""), strict=True):
        with unit_of_work():
            holds.hold(scope=holds.Scope(ref), owner="Ops", reason="Look", at=cast.NOW, actor="tests")
            key = f"H{Hold.objects.get(order__ref=ref).id}"
            if owner:
                concerns.assign(key=key, assignee=owner, seen="", at=cast.NOW, actor=owner)
    return refs


def _listed(client: Client, query: str = "") -> set[str]:
    return {card.item.order_ref for card in client.get(f"/workbench/{query}").context["cards"]}


def test_the_workbench_opens_with_what_is_mine_or_nobodys() -> None:
    mine, theirs, free = _held()
    omar = someone("Ops", "omar")

    assert _listed(omar) == {mine, free}
    assert _listed(omar, "?who=all") == {mine, theirs, free}
    assert _listed(omar, "?who=todo&kind=MANUAL") == {mine, free}
    assert _listed(omar, "?who=mine") == {mine}
    assert _listed(omar, "?who=free") == {free}


def test_an_address_that_names_a_kind_shows_everybodys() -> None:
    refs = _held()

    assert _listed(someone("Ops", "omar"), "?kind=MANUAL") == set(refs)
    assert _listed(someone("Ops", "omar"), "?who=nonsense") == set(refs)


def test_who_only_looks_sees_everything_at_once() -> None:
    refs = _held()

    assert _listed(someone("Auditor", "iris")) == set(refs)


def test_the_tabs_count_what_they_show() -> None:
    _held()
    omar = someone("Ops", "omar")

    def tabs(query: str) -> list[tuple[str, int]]:
        return [(kind, count) for kind, _label, count in omar.get(f"/workbench/{query}").context["tabs"]]

    assert (tabs(""), tabs("?who=all"), tabs("?who=mine")) == ([("MANUAL", 2)], [("MANUAL", 3)], [("MANUAL", 1)])


def test_where_colleagues_have_everything_the_way_to_it_is_shown() -> None:
    _held()
    Hold.objects.update(assignee="cleo")

    page = someone("Ops", "omar").get("/workbench/").content.decode()

    assert "Nothing is left to do here" in page
    assert '<a class="link" href="?who=all">Show all 3</a>' in page


def _work() -> tuple[set[str], set[str]]:
    people = cast.enter()
    cast.stock(people.tee, people.dc_reno, 10)
    for _ in range(3):
        place(("TEE", 1))
    while route_next(at=cast.NOW) is not None:
        pass
    first = FulfillmentOrder.objects.order_by("id")[0]
    FulfillmentOrder.objects.filter(id=first.id).update(status="SHIPPED")
    return {first.ref}, set(FulfillmentOrder.objects.exclude(id=first.id).values_list("ref", flat=True))


def test_work_opens_with_what_has_not_left_and_what_is_pressing_first() -> None:
    left, waits = _work()
    omar = someone("Ops", "omar")

    def shown(query: str = "") -> set[str]:
        return {one.ref for one in omar.get(f"/fulfillment-orders/{query}").context["page"].rows}

    assert (shown(), shown("?view=all"), shown("?status=SHIPPED")) == (waits, waits | left, left)
    assert (shown("?node=dc_reno"), shown(f"?q={min(left)}")) == (waits, left)
    assert omar.get("/fulfillment-orders/").context["sorting"].token == "due"
    assert omar.get("/fulfillment-orders/?view=all").context["sorting"].token == "age"
    lines = b"".join(omar.get("/fulfillment-orders/?format=csv")).decode().splitlines()
    assert len(lines) == 1 + len(waits)
