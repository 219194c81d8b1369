"""The workbench shows what is stuck to whom may see orders, in a fixed number of statements, and changes by POST."""

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from dom.console.roles import ensure_roles
from dom.kernel.models import Job
from dom.kernel.transactions import unit_of_work
from orders.models import Hold, Order, OrderChange
from orders.selectors import workbench
from orders.selectors.workbench import Asked
from orders.services import bulk, holds
from tests import cast
from tests.integration.orders.bodies import place

pytestmark = pytest.mark.django_db(transaction=True)


def _someone(role: str) -> Client:
    with unit_of_work():
        ensure_roles()
    person = User.objects.create_user(role.lower().replace(" ", ""), password="harbour-lights-7", is_staff=True)
    person.groups.add(Group.objects.get(name=role))
    client = Client()
    client.force_login(person)
    return client


def _held(count: int) -> list[str]:
    cast.enter()
    refs = [place(("TEE", 1)).ref for _ in range(count)]
    for ref in refs:
        with unit_of_work():
            holds.hold(scope=holds.Scope(ref), owner="Ops", reason="Look", at=cast.NOW, actor="omar")
    return refs


def test_the_queue_costs_two_statements_whatever_is_stuck(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    _held(60)

    with django_assert_num_queries(2):
        assert len(workbench.queue(Asked(), at=cast.NOW)[0]) == 50
        workbench.counts(me="omar", at=cast.NOW)


def test_an_auditor_sees_the_queue_and_changes_nothing() -> None:
    _held(1)
    client, key = _someone("Auditor"), f"H{Hold.objects.get().id}"

    page = client.get("/workbench/").content.decode()

    assert "Somebody put it on hold: Look." in page
    assert "Take it" not in page
    assert client.post("/workbench/", {"key": key, "do": "take"}).status_code == 403
    assert client.post("/bulk/", {"deed": "release", "row": key, "confirmed": "1"}).status_code == 403
    assert Hold.objects.get().released_at is None


def test_a_store_associate_does_not_see_the_queue() -> None:
    _held(1)

    assert _someone("Store associate").get("/workbench/").status_code == 403


def test_somebody_takes_an_item_and_gives_it_back() -> None:
    _held(1)
    client, key = _someone("Ops"), f"H{Hold.objects.get().id}"

    client.post("/workbench/", {"key": key, "do": "take", "seen": ""})
    assert Hold.objects.get().assignee == "ops"
    client.post("/workbench/", {"key": key, "do": "leave", "seen": "ops"})

    assert Hold.objects.get().assignee == ""
    assert OrderChange.objects.filter(kind="order.assigned", actor="ops").count() == 2


def test_few_rows_are_done_at_once_and_many_as_a_job_that_can_be_stopped() -> None:
    refs, client = _held(51), _someone("Ops")
    few = client.post("/bulk/", {"deed": "release", "row": refs[0], "confirmed": "1"})
    assert "Released." in few.content.decode()

    many = client.post("/bulk/", {"deed": "release", "row": refs, "confirmed": "1"})
    job = Job.objects.get(kind=bulk.KIND)
    assert many.headers["Location"] == f"/bulk/{job.ref}/"
    bulk.step(at=cast.NOW)
    assert "20 of 51 rows: 19 done, 1 refused." in client.get(f"/bulk/{job.ref}/").content.decode()
    client.post(f"/bulk/{job.ref}/")

    job.refresh_from_db()
    assert (job.status, Hold.objects.filter(released_at__isnull=True).count()) == ("CANCELLED", 31)


def test_what_came_of_holds_is_told_by_their_orders_few_or_many() -> None:
    refs, client = _held(51), _someone("Ops")
    keys = [f"H{number}" for number in Hold.objects.order_by("id").values_list("id", flat=True)]
    names = dict(Order.objects.filter(ref__in=refs).values_list("ref", "external_ref"))

    few = client.post("/bulk/", {"deed": "release", "row": keys[:2], "confirmed": "1"}).content.decode()
    client.post("/bulk/", {"deed": "release", "row": keys, "confirmed": "1"})
    bulk.step(at=cast.NOW)
    many = client.get(f"/bulk/{Job.objects.get(kind=bulk.KIND).ref}/").content.decode()

    for ref in refs[:2]:
        assert f'href="/orders/{ref}/">{names[ref]}</a>' in few
        assert f'href="/orders/{ref}/">{ref}</a>' in many
    assert all(f">{key}<" not in few + many for key in keys[:2])


def test_nothing_is_done_before_it_is_confirmed() -> None:
    refs, client = _held(2), _someone("Ops")

    page = client.post("/bulk/", {"deed": "cancel", "row": refs}).content.decode()

    assert page.count("1 unit are cancelled.") == 0
    assert page.count("1 unit is cancelled.") == 2
    assert OrderChange.objects.filter(kind="order.cancelled").count() == 0
