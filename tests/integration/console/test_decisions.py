"""How good decisions were, by day and live policies, and where most could have been saved."""

import csv
import io
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import psycopg
import pytest
from django.db import connection
from django.test import Client

from dom.console.views.decisions import Asked, asked_days
from dom.kernel.transactions import unit_of_work
from routing import services
from routing.selectors.proofs import Proofs, least_proven, proofs_by_day
from tests import cast
from tests.integration.console.people import someone
from tests.integration.routing.conftest import request_of

pytestmark = pytest.mark.django_db(transaction=True)

MONDAY = datetime(2026, 11, 23, tzinfo=UTC)
DAY, INSTANT = timedelta(days=1), timedelta(microseconds=1)
WEEK = {"since": MONDAY, "until": MONDAY + 7 * DAY}
POLICY = {"code": "retail", "groups": [{"name": "All", "rules": [{"name": "Any"}]}]}


@pytest.fixture
def maya(engine: None) -> Client:
    people = cast.enter()
    cast.stock(people.tee, people.dc_reno, 500)
    return someone("Merchandiser")


def decide(*gaps: tuple[str, int, int | None], at: datetime, lost: Sequence[str] = ()) -> None:
    """Record a run of decisions that cost so much; None is proven, a number is how much could be saved at most."""
    decided = services.route(requests=[request_of(f"{ref}:1", ("TEE", 1)) for ref, *_rest in gaps], at=at)
    told = []
    for one, (_ref, cost, gap) in zip(decided, gaps, strict=True):
        parcel = one.plan.parcels[0]
        terms = (cost, *(0,) * (len(parcel.terms_e4) - 1))
        plan = replace(
            one.plan, parcels=(replace(parcel, terms_e4=terms),), cost_e4=cost, bound_e4=cost - (gap or 0),
            proven=gap is None,
        )  # fmt: skip
        told.append(replace(one, decision=replace(one.decision, plan=plan)))
    with unit_of_work():
        refs = dict.fromkeys((f"{ref}:1" for ref in lost), "INSUFFICIENT_STOCK: 0 left")
        services.record(decisions=services.packed(told), lost=refs, attempts={}, at=at)


def publish(**more: Any) -> None:
    with unit_of_work():
        services.publish_policies(bodies=[{**POLICY, **more}], actor="maya", at=MONDAY)


def some() -> None:
    """Monday without a policy; Tuesday under two versions, with one decision that was not carried out."""
    decide(("O-A", 90_000, None), ("O-B", 30_000, 3_000), at=MONDAY)
    publish()
    decide(("O-C", 50_000, None), ("O-D", 70_000, 20_000), at=MONDAY + DAY)
    publish(prices={"split": "3"})
    decide(("O-E", 10_000, 500), ("O-F", 80_000, 60_000), at=MONDAY + 2 * DAY - INSTANT, lost=["O-F"])


def test_each_day_is_added_up_under_the_policies_that_were_live(maya: Client) -> None:
    some()

    found = proofs_by_day(**WEEK, zone="UTC")

    assert [(one.day.day, one.named, one.proofs) for one in found] == [
        (24, "retail v1", Proofs(2, 1, 120_000, 20_000)),
        (24, "retail v2", Proofs(1, 0, 10_000, 500)),
        (23, "built-in", Proofs(2, 1, 120_000, 3_000)),
    ]
    assert proofs_by_day(since=MONDAY + 2 * DAY, until=MONDAY + 7 * DAY, zone="UTC") == []
    assert [one.day.day for one in proofs_by_day(**WEEK, zone="Asia/Tokyo")] == [25, 24, 23]


def test_the_orders_that_could_have_saved_most_come_first(maya: Client) -> None:
    some()

    def refs(limit: int = 9, **more: Any) -> list[tuple[str, int]]:
        return [(one.order_ref, one.gap_e4) for one in least_proven(**{**WEEK, **more}, limit=limit)]

    assert refs() == [("O-D", 20_000), ("O-B", 3_000), ("O-E", 500)]
    assert refs(1) == [("O-D", 20_000)]
    assert refs(policies={"retail": 2}) == [("O-E", 500)]
    assert refs(policies={}) == [("O-B", 3_000)]
    assert refs(until=MONDAY + DAY) == [("O-B", 3_000)]
    assert refs(since=MONDAY + INSTANT, until=MONDAY + DAY) == []


def test_the_page_tells_the_sum_and_leads_to_the_orders(maya: Client) -> None:
    some()

    answer = maya.get("/decisions/?from=2026-11-23&until=2026-11-29")

    total = answer.context["total"]
    assert total == Proofs(5, 2, 250_000, 23_500)
    assert (total.bounded, total.proven_percent, total.gap_percent) == (3, 40.0, 9.4)
    assert [(day.day.day, day.proofs, len(day.parts)) for day in answer.context["days"]] == [
        (24, Proofs(3, 1, 130_000, 20_500), 2), (23, Proofs(2, 1, 120_000, 3_000), 1),
    ]  # fmt: skip
    page = answer.content.decode()
    assert page.index("/orders/O-D/") < page.index("/orders/O-B/") < page.index("/orders/O-E/")
    assert "/orders/O-F/" not in page
    narrowed = maya.get("/decisions/", {"from": "2026-11-23", "until": "2026-11-29", "policies": '{"retail": 1}'})
    assert narrowed.context["total"] == Proofs(2, 1, 120_000, 20_000)
    assert [one.order_ref for one in narrowed.context["worst"]] == ["O-D"]


def test_days_and_orders_are_exported(maya: Client) -> None:
    some()

    def rows(**more: str) -> list[list[str]]:
        answer = maya.get("/decisions/", {"from": "2026-11-24", "until": "2026-11-24", "format": "csv", **more})
        text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]  # a stream
        return list(csv.reader(io.StringIO(text)))[1:]

    assert rows() == [
        ["2026-11-24", "retail v1", "2", "1", "1", "12.00", "2.00", "16.667"],
        ["2026-11-24", "retail v2", "1", "0", "1", "1.00", "0.05", "5.000"],
    ]
    when = "2026-11-24T00:00:00+00:00"
    assert rows(of="orders", policies='{"retail": 1}') == [
        ["O-D", "O-D:1", when, "1", "retail v1", "1", "7.00", "5.00", "2.00", "28.571"]
    ]


def test_where_nothing_was_decided_the_page_says_what_it_is_for(maya: Client) -> None:
    assert "Nothing was decided in these days" in maya.get("/decisions/").content.decode()


def test_where_all_is_proven_nothing_could_be_saved(maya: Client) -> None:
    decide(("O-A", 90_000, None), at=MONDAY)

    page = maya.get("/decisions/?from=2026-11-23&until=2026-11-23").content.decode()

    assert "every plan is proven best" in page
    assert "Export orders" not in page


TODAY = date(2026, 11, 26)
USUAL = (date(2026, 11, 20), TODAY)


@pytest.mark.parametrize(
    ("asked", "days", "wrong"),
    [
        ({}, USUAL, ""),
        ({"until": "2026-11-10"}, (date(2026, 11, 4), date(2026, 11, 10)), ""),
        ({"from": "2026-11-26"}, (TODAY, TODAY), ""),
        ({"from": "2026-10-27"}, (date(2026, 10, 27), TODAY), ""),
        ({"from": "2026-10-26"}, (date(2026, 10, 27), TODAY), "At most 31 days"),
        ({"from": "2026-11-27"}, USUAL, "The first day is after the last"),
        ({"from": "yesterday"}, USUAL, "not two dates"),
        ({"until": "0001-01-01"}, USUAL, "not two dates"),
        ({"until": "9999-12-31"}, USUAL, "not two dates"),
    ],
)
def test_days_that_cannot_be_had_are_told(asked: dict[str, str], days: tuple[date, date], wrong: str) -> None:
    found = asked_days(asked, today=TODAY)

    assert (found.first, found.last) == days
    assert found.wrong.startswith(wrong) if wrong != "not two dates" else wrong in found.wrong
    assert bool(found.wrong) == bool(wrong)


def test_a_day_begins_and_ends_at_midnight() -> None:
    asked = Asked(TODAY, TODAY)

    assert (asked.since, asked.until) == (datetime(2026, 11, 26, tzinfo=UTC), datetime(2026, 11, 27, tzinfo=UTC))


@pytest.mark.parametrize("policies", ["{", "[1]", '{"a": "b"}', '{"\\u0000": 1}', "3"])
def test_an_address_that_names_no_policies_narrows_nothing(maya: Client, policies: str) -> None:
    decide(("O-A", 90_000, 500), at=MONDAY)

    answer = maya.get("/decisions/", {"from": "2026-11-23", "until": "2026-11-23", "policies": policies})

    assert (answer.context["total"].decisions, len(answer.context["worst"])) == (1, 1)


def test_what_cannot_be_added_up_in_time_is_said(maya: Client) -> None:
    database = connection.get_connection_params()
    keys = {"host", "port", "user", "password", "dbname"}
    with psycopg.connect(**{key: database[key] for key in keys & set(database)}) as other:
        other.execute("LOCK TABLE routing_decision IN ACCESS EXCLUSIVE MODE")

        answer = maya.get("/decisions/")

    assert answer.status_code == 200
    assert "This took too long to add up" in answer.content.decode()


def test_a_day_reads_its_own_month_alone(maya: Client) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT kernel_ensure_partitions('routing_decision', '2026-09-01', 6)")
    some()
    with connection.cursor() as cursor:
        cursor.execute(
            "EXPLAIN SELECT sum(cost_e4) FROM routing_decision WHERE at >= %s AND at < %s", [MONDAY, MONDAY + DAY]
        )
        plan = "\n".join(line for (line,) in cursor.fetchall())

    assert "routing_decision_2026_11" in plan
    assert "routing_decision_2026_12" not in plan
