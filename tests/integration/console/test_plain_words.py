"""Pages say what happened and what to do next, in words and nearest first."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from dom.console.changed import told
from dom.console.shell import menu
from dom.console.views.decisions import asked_days
from dom.console.why import why
from dom.kernel.models import Change
from dom.kernel.transactions import unit_of_work
from inventory.models import CountSession
from inventory.services import counting
from orders.models import OrderChange
from orders.selectors.story import _why
from orders.services.routing_flow import route_next
from tests import cast
from tests.integration.console.people import someone
from tests.integration.orders.bodies import place

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_store_that_a_pickup_names_stands_before_those_it_does_not() -> None:
    cast.enter()
    order = place(("TEE", 1), fulfillment={"method": "PICKUP", "node": "store_soho"})
    route_next(at=cast.NOW)

    (told,) = why(order.ref)

    assert [node.node for node in told.first] == ["store_soho", "dc_reno", "store_austin"]


@pytest.mark.parametrize(
    ("reason", "words", "said"),
    [
        ("STOCK_SHORT", "1 × TEE routed again.", ""),
        ("Stock arrived", "Stock arrived; the units are tried again.", ""),
        ("She moved", "Planned anew.", "She moved"),
        ("LATE", "Put on hold: by hand.", "LATE"),
    ],
)
def test_a_story_quotes_people_and_no_codes(reason: str, words: str, said: str) -> None:
    assert _why(OrderChange(reason=reason, data={}), words) == said


def test_a_day_of_decisions_is_a_day_of_who_looks() -> None:
    """In the evening of New York it is tomorrow in UTC, and what was just decided belongs to today."""
    with timezone.override(ZoneInfo("America/New_York")):
        asked = asked_days({"from": "2026-11-26", "until": "2026-11-26"}, today=date(2026, 11, 26))
        assert (asked.since, asked.until) == (
            datetime(2026, 11, 26, 5, tzinfo=UTC),
            datetime(2026, 11, 27, 5, tzinfo=UTC),
        )


def test_what_was_changed_reads_as_people_say_it() -> None:
    fields = {
        "revision": [1, 2],
        "paused_until": [None, "2026-11-27T03:49:12.49+00:00"],
        "change_reason": ["", "Flood"],
    }
    row = Change(kind="nodes", code="dc_reno", verb="CHANGED", fields=fields, at=cast.NOW, actor="omar")

    with timezone.override(ZoneInfo("America/New_York")):
        (one,) = told([row])

    assert [(field.label, field.before, field.after) for field in one.fields] == [
        ("Paused until", "nothing", "26 Nov 2026 22:49 EST"), ("Change reason", "nothing", "Flood"),
    ]  # fmt: skip


def test_a_count_of_which_nothing_is_left_says_what_comes_next() -> None:
    people = cast.enter()
    cast.stock(people.tee, people.dc_reno, 40)
    with unit_of_work():
        session = counting.open_count(
            node="dc_reno", sku_ids=[people.tee.id], blind=True, chosen_by="by hand", at=cast.NOW, actor="omar"
        )
    page, omar = f"/counts/{session.ref}/", someone("Ops", "omar")
    assert "Enter what was found…" in omar.get(page).content.decode()
    found = f"found_{session.lines.get().id}"

    answer = omar.post(f"{page}enter/", {found: "37"}, follow=True).content.decode()
    assert "Counted: 1 SKU; have the differences looked at." in answer
    assert "Have the differences looked at…" in answer
    form = omar.get(f"{page}enter/").context["form"]
    omar.post(f"{page}enter/", {name: form[name].value() for name in form.fields})

    assert CountSession.objects.get().status == "REVIEW"


def test_what_may_be_given_back_has_its_place_in_the_menu_of_who_sets_it() -> None:
    someone("Merchandiser", "maya")
    maya = User.objects.get(username="maya")
    open_to = [place for group in menu() for place in group.places if place.is_open_to(maya)]
    here = [place.title for place in open_to if place.is_around("/orders/appeasement-limits/")]

    assert here == ["Appeasement limits"]


def test_an_old_decision_is_called_so_while_a_new_one_is_awaited() -> None:
    people = cast.enter()
    cast.stock(people.tee, people.dc_reno, 10)
    order, words = place(("TEE", 1)), "It waits to be decided again"
    route_next(at=cast.NOW)
    cleo = someone("Customer service", "cleo")
    assert words not in cleo.get(f"/orders/{order.ref}/").content.decode()
    moved = {
        "name": "A",
        "line1": "1 Pine St",
        "city": "Austin",
        "region": "TX",
        "postal_code": "78701",
        "country": "US",
    }

    cleo.post(f"/orders/{order.ref}/address/", moved)

    assert words in cleo.get(f"/orders/{order.ref}/").content.decode()
