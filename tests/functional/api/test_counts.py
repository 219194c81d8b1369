"""Counts over HTTP: a handheld's round from the list to the books, and what it may not see or do."""

from typing import Any

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from dom.kernel.transactions import unit_of_work
from inventory.models import CountSession, StockLevel
from inventory.services import counting
from tests.functional.api.conftest import Partner, partner_with
from tests.functional.api.test_frame import problem
from tests.functional.api.test_partners_day import count_the_stock, ok, set_up_the_network

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def handheld() -> Partner:
    house = partner_with(name="house")
    set_up_the_network(house)
    count_the_stock(house)
    return partner_with("stock:read", "stock:write", name="handheld")


def opened(partner: Partner, **more: Any) -> Any:
    answer = partner.post("/counts", {"node": "DC-RENO", "skus": ["MUG", "TEE"], **more})
    assert answer.status_code == 201, answer.content
    return answer.json()


def step(partner: Partner, ref: str, verb: str, body: Any = None, **headers: str) -> Any:
    return partner.post(f"/counts/{ref}/{verb}", body, **headers)


def entered(partner: Partner, ref: str, **found: int) -> Any:
    lines = [{"sku": sku, "counted": units} for sku, units in found.items()]
    return step(partner, ref, "enter", {"lines": lines})


def on_hand(sku: str) -> int:
    return StockLevel.objects.get(sku__code=sku, node__code="DC-RENO").on_hand


def books(shown: Any) -> list[tuple[Any, ...]]:
    return [(line["sku"], line["counted"], line["on_hand"], line["difference"]) for line in shown["lines"]]


def test_a_round_from_the_list_to_the_books(handheld: Partner) -> None:
    count = opened(handheld, note="After the sale")
    assert (count["status"], count["size"], books(count)) == (
        "OPEN", 2, [("MUG", None, None, None), ("TEE", None, None, None)],
    )  # fmt: skip
    blind = ok(entered(handheld, count["ref"], MUG=24))
    assert (blind["counted"], books(blind)[0]) == (1, ("MUG", 24, None, None))
    ok(entered(handheld, count["ref"], TEE=40))
    review = ok(step(handheld, count["ref"], "submit"))
    assert (review["status"], books(review)) == ("REVIEW", [("MUG", 24, 25, -1), ("TEE", 40, 40, 0)])
    again = ok(step(handheld, count["ref"], "recount", {"skus": ["MUG"]}))
    assert (again["status"], books(again)) == ("OPEN", [("MUG", None, None, None), ("TEE", 40, None, None)])
    ok(entered(handheld, count["ref"], MUG=23))
    ok(step(handheld, count["ref"], "submit"))
    assert (on_hand("MUG"), ok(step(handheld, count["ref"], "post"))["status"], on_hand("MUG")) == (25, "POSTED", 23)
    (listed,) = ok(handheld.get("/counts?status=POSTED&node=DC-RENO"))["items"]
    assert (listed["ref"], listed["closed_by"], listed["counted"]) == (count["ref"], "api:handheld", 2)
    assert ok(handheld.get("/counts?status=OPEN"))["items"] == []


def test_skus_are_chosen_for_who_asks_for_no_special_ones(handheld: Partner) -> None:
    chosen = handheld.post("/counts", {"node": "DC-RENO", "choose": {"most": 1}, "blind": False}).json()
    named = handheld.post("/counts", {"node": "DC-RENO", "choose": {"tag": "nothing-has-it"}})
    both = handheld.post("/counts", {"node": "DC-RENO", "skus": ["TEE"], "choose": {"most": 1}})

    assert (chosen["size"], chosen["chosen_by"]) == (1, "longest ago counted")
    problem(named, 409, "count-refused")
    assert problem(both, 400, "validation")["errors"][0]["code"] == "one_of"


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"node": "NOWHERE", "skus": ["TEE"]}, 409, "count-refused"),
        ({"node": "DC-RENO", "skus": ["TEE", "NOBODY"]}, 400, "validation"),
        ({"node": "DC-RENO", "skus": []}, 400, "validation"),
        ({"node": "DC-RENO", "skus": ["TEE"] * 201}, 400, "validation"),
    ],
)
def test_a_wrong_count_is_refused(handheld: Partner, body: Any, status: int, code: str) -> None:
    problem(handheld.post("/counts", body), status, code)
    assert not CountSession.objects.exists()


def test_what_is_no_part_of_it_or_lies_ahead_is_not_taken_down(handheld: Partner) -> None:
    ref = opened(handheld, skus=["MUG"])["ref"]
    wrong: list[Any] = [
        {"sku": "TEE", "counted": 1}, {"sku": "MUG", "counted": 1, "counted_at": "2099-01-01T00:00:00Z"},
    ]  # fmt: skip
    for line in wrong:
        problem(step(handheld, ref, "enter", {"lines": [line]}), 409, "count-refused")
    problem(step(handheld, ref, "enter", {"lines": [{"sku": "MUG", "counted": -1}]}), 400, "validation")
    problem(step(handheld, ref, "submit"), 409, "count-refused")
    problem(step(handheld, ref, "post"), 409, "count-refused")
    assert (books(ok(handheld.get(f"/counts/{ref}"))), on_hand("MUG")) == ([("MUG", None, None, None)], 25)


def test_a_dear_difference_is_posted_by_somebody_who_has_not_counted(handheld: Partner) -> None:
    with unit_of_work():
        counting.set_count_approval(above_minor=1_000, at=timezone.now(), actor="olga")
    ref = opened(handheld, skus=["MUG"])["ref"]
    ok(entered(handheld, ref, MUG=5))
    ok(step(handheld, ref, "submit"))
    problem(step(handheld, ref, "post"), 409, "approval-refused")
    assert on_hand("MUG") == 25
    ok(step(partner_with(name="wms"), ref, "post"))
    assert on_hand("MUG") == 5


def test_a_key_of_another_node_finds_nothing_and_an_old_revision_is_refused(handheld: Partner) -> None:
    ref = opened(handheld)["ref"]
    soho = partner_with(name="soho", nodes=("SOHO",))
    problem(soho.get(f"/counts/{ref}"), 404, "not-found")
    problem(step(soho, ref, "cancel"), 404, "not-found")
    problem(soho.post("/counts", {"node": "DC-RENO", "skus": ["TEE"]}), 403, "node-forbidden")
    assert ok(soho.get("/counts"))["items"] == []
    problem(step(handheld, ref, "cancel", If_Match='"7"'), 412, "precondition-failed")
    assert ok(step(handheld, ref, "cancel", If_Match='"1"'))["status"] == "CANCELLED"


@pytest.mark.parametrize("many", [1, 12])
def test_a_list_costs_the_same_however_long_it_is(
    handheld: Partner, many: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(many):
        opened(handheld)
    handheld.get("/counts")
    with django_assert_num_queries(2):
        assert len(ok(handheld.get("/counts"))["items"]) == many
