"""One thing is done to the work of many nodes: a look first, a result for each row, a job for many, paper for some."""

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from dom.kernel import prove
from dom.kernel.models import Job
from dom.kernel.transactions import unit_of_work
from orders.models import FulfillmentOrder, Hold
from orders.selectors.previewing_work import preview_work
from orders.services import bulk
from orders.services.fulfillment import accept, pick
from orders.services.routing_flow import route_next
from stores.services.access import set_nodes
from tests import cast
from tests.integration.console.people import someone
from tests.integration.orders.bodies import place

pytestmark = pytest.mark.django_db(transaction=True)


def _work(people: cast.Cast, count: int) -> list[str]:
    cast.stock(people.tee, people.dc_reno, 200)
    cast.stock(people.tee, people.store_soho, 200)
    for _ in range(count):
        place(("TEE", 2))
    while route_next(at=cast.NOW) is not None:
        pass
    return list(FulfillmentOrder.objects.order_by("id").values_list("ref", flat=True))


@pytest.fixture
def people() -> cast.Cast:
    """The cast's network."""
    return cast.enter()


def test_a_look_comes_first_and_then_each_row_has_its_result(people: cast.Cast) -> None:
    one, other = _work(people, 2)
    node = FulfillmentOrder.objects.get(ref=one).node.code
    with unit_of_work():
        accept(ref=other, at=cast.NOW, actor="ana")
        pick(ref=other, at=cast.NOW, actor="ana")
    omar = someone("Ops")
    asked = {"deed": "give-back", "row": [one, other]}

    shown = omar.post("/bulk/work/", asked)
    assert [(row.can, row.words) for row in shown.context["shown"]] == [
        (True, "2 units leave the node and are routed again.")
    ] * 2
    assert FulfillmentOrder.objects.filter(closed_at=None).count() == 2

    done = omar.post("/bulk/work/", {**asked, "confirmed": "1", "reason": "STORE_CLOSED"})

    assert [(row.is_done, row.words) for row, _named in done.context["done"]] == [
        (True, "2 units are routed again.")
    ] * 2
    assert set(FulfillmentOrder.objects.filter(ref__in=[one, other]).values_list("status", flat=True)) == {"REJECTED"}
    route_next(at=cast.NOW)
    assert not FulfillmentOrder.objects.filter(closed_at=None, node__code=node).exists()
    assert prove.differences() == []


def test_work_is_held_and_let_go_alone_and_a_refusal_leaves_the_others(people: cast.Cast) -> None:
    one, other = _work(people, 2)
    omar = someone("Ops")
    sure = {"confirmed": "1", "row": [one, "F-NOTHING"]}

    held = omar.post("/bulk/work/", {**sure, "deed": "hold", "reason": "Look", "owner": "Ops"})

    assert [(row.row, row.is_done) for row, _named in held.context["done"]] == [(one, True), ("F-NOTHING", False)]
    assert dict(FulfillmentOrder.objects.values_list("ref", "status")) == {one: "ON_HOLD", other: "PLANNED"}
    assert [(row.can, row.words) for row in preview_work([one, other], "release")] == [
        (True, "Goes on: By hand."), (False, "Nothing of it alone is on hold."),
    ]  # fmt: skip
    assert preview_work([one], "give-back")[0].words == "It is on hold: that has to end first."
    omar.post("/bulk/work/", {**sure, "deed": "release"})
    assert Hold.objects.get().released_by == "maya"
    assert FulfillmentOrder.objects.get(ref=one).status == "PLANNED"


def test_everything_that_a_filter_finds_is_a_job(people: cast.Cast) -> None:
    refs = _work(people, 3)
    FulfillmentOrder.objects.filter(ref=refs[0]).update(service="OTHER")
    node = FulfillmentOrder.objects.get(ref=refs[0]).node.code

    someone("Ops").post(
        "/bulk/work/", {"deed": "cancel-work", "confirmed": "1", "reason": "Flood", "all": "1", "f_node": node}
    )
    while bulk.step(at=cast.NOW):
        pass

    job = Job.objects.get()
    assert (job.status, job.rows_done, job.rows_failed) == ("DONE", 3, 0)
    assert set(FulfillmentOrder.objects.filter(ref__in=refs).values_list("status", flat=True)) == {"CANCELLED"}
    assert prove.differences() == []


def test_paper_and_file_hold_what_was_chosen_and_no_other_nodes_work(people: cast.Cast) -> None:
    one, other = _work(people, 2)
    FulfillmentOrder.objects.filter(ref=other).update(node=people.store_austin)
    ana = someone("Store manager", "ana")
    with unit_of_work():
        code = FulfillmentOrder.objects.get(ref=one).node.code
        set_nodes(user_id=_id(ana), username="ana", node_codes=[code], at=cast.NOW, actor="omar")

    paper = ana.post("/bulk/work/paper/", {"row": [one, other]}).content.decode()
    lines = b"".join(ana.post("/bulk/work/paper/", {"row": [one, other], "csv": "1"})).decode().splitlines()

    assert one in paper
    assert "TEE" in paper
    assert other not in paper
    assert [line.split(",")[0] for line in lines[1:]] == [one]
    assert ana.post("/bulk/work/", {"deed": "hold", "row": one}).status_code == 403
    assert "See what will happen" not in ana.get("/fulfillment-orders/").content.decode()
    assert someone("Auditor", "iris").post("/bulk/work/", {"deed": "hold", "row": one}).status_code == 403


def _id(client: Client) -> int:
    return int(client.session["_auth_user_id"])


@pytest.mark.parametrize("count", [2, 12])
def test_a_look_at_many_costs_three_statements(
    people: cast.Cast, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    refs = _work(people, count)

    with django_assert_num_queries(3):
        assert len(preview_work(refs, "hold")) == count


def test_planned_work_is_let_go_before_its_time(people: cast.Cast) -> None:
    one, other = _work(people, 2)
    with unit_of_work():
        accept(ref=other, at=cast.NOW, actor="ana")
    omar = someone("Ops")
    asked = {"deed": "release-work", "row": [one, other]}
    shown = omar.post("/bulk/work/", asked).context["shown"]
    assert [(row.can, row.words) for row in shown] == [
        (True, "The node may begin now."), (False, "It is not waiting for its release."),
    ]  # fmt: skip

    done = omar.post("/bulk/work/", {**asked, "confirmed": "1", "reason": "Quiet"}).context["done"]

    assert [row.is_done for row, _named in done] == [True, False]
    assert list(FulfillmentOrder.objects.order_by("id").values_list("status", flat=True)) == ["RELEASED", "ACCEPTED"]
    assert prove.differences() == []
