"""What a page offers can be done, and what was made is shown: no button leads to a refusal, no answer to a list."""

from datetime import timedelta
from threading import Event

import pytest
from django.utils import timezone

from dom import warming
from dom.kernel.models import Job
from dom.kernel.transactions import unit_of_work
from inventory import services
from inventory.models import CountSession, StockLevel, Transfer
from inventory.selectors.counts import Seen
from inventory.services import SupplyRow, counting, transfers
from orders.models import Order
from orders.services.holds import Scope, hold
from tests import cast
from tests.integration.console.people import someone
from tests.integration.orders.bodies import place

pytestmark = pytest.mark.django_db(transaction=True)


def _held(*kinds: str) -> Order:
    people = cast.enter()
    cast.stock(people.tee, people.dc_reno, 10)
    order = place(("TEE", 2))
    with unit_of_work():
        for kind in kinds:
            hold(scope=Scope(order.ref), kind=kind, owner="Ops", reason="Look", at=cast.NOW, actor="omar")
    return order


def test_the_form_that_releases_names_what_holds_the_order_alone() -> None:
    order, client = _held("FRAUD", "MANUAL"), someone("Ops", "omar")

    form = client.get(f"/orders/{order.ref}/release/").context["form"]

    assert form.fields["kind"].choices == [("FRAUD", "Fraud check"), ("MANUAL", "By hand")]


def test_an_order_that_nothing_holds_has_no_form_to_release_it() -> None:
    order, client = _held(), someone("Ops", "omar")

    page = client.get(f"/orders/{order.ref}/release/")

    assert f"Nothing holds order {order.ref} that you may release." in page.content.decode()
    assert page.context["refused"]


def _large_difference(people: cast.Cast) -> CountSession:
    """Omar counts three of ten; what is missing is worth more than a second person has to look at."""
    cast.stock(people.tee, people.dc_reno, 10)
    with unit_of_work():
        counting.set_count_approval(above_minor=100, at=cast.NOW, actor="ada")
        session = counting.open_count(
            node="dc_reno", sku_ids=[people.tee.id], blind=True, chosen_by="by hand", at=cast.NOW, actor="omar"
        )
    with unit_of_work():
        counting.enter_counts(ref=session.ref, seen=[Seen(people.tee.id, 3, cast.NOW)], at=cast.NOW, actor="omar")
    with unit_of_work():
        counting.submit_count(ref=session.ref, at=cast.NOW, actor="omar")
    return session


@pytest.mark.parametrize(("login", "may"), [("omar", False), ("olga", True)])
def test_who_counted_is_not_offered_to_post_a_large_difference(login: str, may: bool) -> None:
    session = _large_difference(cast.enter())
    client, url = someone("Ops", login), f"/counts/{session.ref}/"

    page, form = client.get(url).content.decode(), client.get(f"{url}post/")

    assert (f'href="{url}post/"' in page, "Somebody who has not counted" in page) == (may, not may)
    assert bool(form.context["refused"]) is not may
    client.post(f"{url}post/", {"confirmed": "1"})
    assert StockLevel.objects.get().on_hand == (3 if may else 10)


@pytest.mark.parametrize(("login", "may"), [("omar", False), ("olga", True)])
def test_who_asked_for_a_transfer_is_not_offered_to_approve_it(login: str, may: bool) -> None:
    people = cast.enter()
    cast.stock(people.tee, people.dc_reno, 10)
    with unit_of_work():
        transfers.set_approval(above_units=1, at=cast.NOW, actor="ada")
        asked = transfers.request_transfer(
            from_node="dc_reno", to_node="store_soho", units={people.tee.id: 5}, note="",
            expected_at=cast.NOW + timedelta(days=2), at=cast.NOW, actor="omar",
        )  # fmt: skip

    page = someone("Ops", login).get(f"/transfers/{asked.ref}/").content.decode()

    assert (f'href="/transfers/{asked.ref}/approve/"' in page) is may
    assert ("Somebody else has to approve" in page) is not may


def test_a_count_is_open_at_a_node_that_was_chosen_and_opens_at_once() -> None:
    people, client = cast.enter(), someone("Ops", "omar")
    cast.stock(people.tee, people.dc_reno, 10)
    asked = {"node": "", "most": "5", "blind": "on"}

    assert client.post("/counts/open/", asked).status_code == 400
    answer = client.post("/counts/open/", {**asked, "node": "dc_reno"})

    assert answer.headers["Location"] == f"/counts/{CountSession.objects.get().ref}/"


def test_a_transfer_that_was_asked_for_opens_at_once() -> None:
    people, client = cast.enter(), someone("Ops", "omar")
    cast.stock(people.tee, people.dc_reno, 10)
    asked = {
        "from_node": "dc_reno", "to_node": "store_soho", "expected_at": "2027-01-04T10:00", "lines": "TEE 4",
        "confirmed": "1",
    }  # fmt: skip

    answer = client.post("/transfers/request/", asked)

    assert answer.headers["Location"] == f"/transfers/{Transfer.objects.get().ref}/"


def test_supply_that_is_all_in_is_not_called_late() -> None:
    people, client, at = cast.enter(), someone("Ops", "omar"), timezone.now()
    row = SupplyRow("PO-7", people.tee.id, people.dc_reno.id, 24, at - timedelta(days=1))
    with unit_of_work():
        services.upsert_incoming_supply(rows=[row], at=at, actor="erp")
    assert '<span class="late">late</span>' in client.get("/supply/").content.decode()

    with unit_of_work():
        services.receive_supply(
            source_ref="PO-7", sku_id=people.tee.id, node_id=people.dc_reno.id, quantity=24, final=False, at=at,
            actor="omar",
        )  # fmt: skip

    page = client.get("/supply/").content.decode()
    assert ('<span class="late">late</span>' in page, '<span class="tag good">all in</span>' in page) == (False, True)


def test_a_file_that_nobody_has_applied_yet_is_found_again_among_the_jobs() -> None:
    cast.enter()
    job = Job.objects.create(ref="J-1", kind="skus", status="RECEIVING", actor="omar", created_at=cast.NOW)

    mine, theirs = (someone("Ops", who).get("/jobs/").content.decode() for who in ("omar", "olga"))

    assert ("To be looked at" in mine, "Receiving" in mine) == (True, False)
    assert (f'/import/{job.ref}/">look at it' in mine, "waits for omar" in theirs) == (True, True)


def test_a_form_of_master_data_works_out_once_what_has_to_be_filled_in() -> None:
    """It asks the API's row, which takes a while to build; every field of the page wants to know."""
    cast.enter()
    form = someone("Merchandiser").get("/master/nodes/one/dc_reno/").context["form"]

    assert "code" in form.needed
    assert form.needed is form.needed


@pytest.mark.parametrize("action", ["force", "split", "reroute"])
def test_nobody_waits_for_an_engine_that_is_still_being_made_ready(
    action: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each that waited would keep one of few threads: four of them, and the process answered nobody."""
    order, client = _held(), someone("Ops", "omar")
    coming, warm = Event(), Event()
    monkeypatch.setattr(warming, "_is_coming", coming)
    monkeypatch.setattr(warming, "_is_warm", warm)
    url = f"/orders/{order.ref}/{action}/"
    assert client.get(url).context["refused"] == ""

    coming.set()
    assert "a minute or two after a start" in client.get(url).context["refused"]

    warm.set()
    assert client.get(url).context["refused"] == ""
