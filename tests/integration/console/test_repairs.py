"""Repairs in the back office: what a proof found is mended by entries that a permitted person posts, in two steps."""

from collections.abc import Iterator

import pytest
from django.core.cache import cache
from django.db import connection, transaction
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from dom.kernel import jobs, proofs, prove
from dom.kernel.models import Change
from dom.kernel.transactions import unit_of_work
from inventory.models import Repair, StockLevel, StockMovement
from inventory.tasks import propose_after_proof, propose_repairs
from tests import cast
from tests.integration.console.people import someone

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def omar() -> Client:
    """Ops, with two tees at Reno of which the ledger does not know."""
    people = cast.enter()
    cast.stock(people.tee, people.dc_reno, 10)
    _break(2)
    return someone("Ops", "omar")


@pytest.fixture
def rung() -> Iterator[list[str]]:
    """The tasks whose bells are rung."""
    cache.clear()
    heard: list[str] = []
    jobs.connect(lambda name, _ids: heard.append(name))
    yield heard
    jobs.connect(lambda _name, _ids: None)


def _break(units: int) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")  # no trigger, as from a psql of bad manners
        cursor.execute("UPDATE inventory_stock_level SET on_hand = on_hand + %s", [units])


def _proposed() -> Repair:
    propose_repairs()
    return Repair.objects.get(status="PROPOSED")


def _words(browser: Client, view: str = "") -> str:
    return browser.get(f"/repairs/?view={view}").content.decode()


def test_a_difference_is_seen_foreseen_posted_and_logged(omar: Client) -> None:
    one = _proposed()
    page = omar.get("/repairs/")
    assert [(row.id, entry) for row, entry in page.context["rows"]] == [(one.id, ["+2 on hand"])]
    path = f"/repairs/{one.id}/post/"
    look = omar.post(path, {"note": "Counted on the shelf"})
    assert look.context["foreseen"][1] == "An entry of +2 on hand is added; no entry of before is changed."
    assert StockMovement.objects.count() == 1

    omar.post(path, {"note": "Counted on the shelf", "confirmed": "1"})

    assert prove.differences() == []
    assert StockMovement.objects.latest("id").actor == "omar"
    told = Change.objects.get(kind="repairs")
    assert (told.actor, told.note) == ("omar", "Counted on the shelf")
    assert "Counted on the shelf" in _words(omar, "POSTED")
    assert "Counted on the shelf" in omar.get("/master/changes/?kind=repairs").content.decode()


def test_a_dismissed_proposal_mends_nothing(omar: Client) -> None:
    one = _proposed()
    omar.post(f"/repairs/{one.id}/dismiss/", {"note": "A count is under way", "confirmed": "1"})

    assert (Repair.objects.get().status, StockLevel.objects.get().on_hand) == ("DISMISSED", 12)
    assert [difference.total for difference in prove.differences()] != []
    assert "A count is under way" in _words(omar, "DISMISSED")


@pytest.mark.parametrize("sent", [{"note": "Sure"}, {"note": "Sure", "confirmed": "1"}])
def test_a_difference_that_became_another_one_is_not_mended(omar: Client, sent: dict[str, str]) -> None:
    one = _proposed()
    _break(1)
    answer = omar.post(f"/repairs/{one.id}/post/", sent)

    assert answer.status_code == 409
    assert "another one now" in answer.content.decode()
    assert StockMovement.objects.count() == 1


def test_a_note_is_needed(omar: Client) -> None:
    one = _proposed()

    assert omar.post(f"/repairs/{one.id}/post/", {"note": " ", "confirmed": "1"}).status_code == 400
    assert Repair.objects.get().status == "PROPOSED"


def test_looking_rings_a_worker_and_mends_nothing(omar: Client, rung: list[str]) -> None:
    omar.post("/repairs/look/", {})

    assert rung == ["inventory.tasks.propose_repairs"]
    assert Repair.objects.count() == 0


@pytest.mark.parametrize(("found", "bells"), [({"A check": 1}, 1), ({}, 0)])
def test_a_proof_that_differs_has_entries_proposed(
    omar: Client, rung: list[str], found: dict[str, int], bells: int
) -> None:
    with unit_of_work():
        proofs.keep(found, seconds=1.0, at=cast.NOW)
    propose_after_proof()

    assert len(rung) == bells
    assert ("A check: 1" in _words(omar)) is bool(found)


def test_an_auditor_sees_repairs_and_decides_none(omar: Client) -> None:
    one, iris = _proposed(), someone("Auditor", "iris")

    assert f"/repairs/{one.id}/post/" not in _words(iris)
    assert iris.post(f"/repairs/{one.id}/post/", {"note": "x", "confirmed": "1"}).status_code == 403
    assert Repair.objects.get().status == "PROPOSED"


def test_the_list_costs_the_same_for_one_repair_and_forty(
    omar: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(40):
        Repair.objects.create(
            book="RESERVED", subject={"n": number}, entry={"units": 1}, words="Some", proposed_at=cast.NOW
        )
    with django_assert_num_queries(6):
        omar.get("/repairs/")
