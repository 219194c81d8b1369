"""Pages say what happened and what to do next, in words and nearest first."""

import pytest
from django.contrib.auth.models import User
from django.test import RequestFactory

from dom.console.shell import menu
from dom.console.why import why
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
    request = RequestFactory().get("/orders/appeasement-limits/")
    request.user = User.objects.get(username="maya")
    open_to = [item for group in menu(request) for item in group["items"] if item["permission"](request)]

    assert [item["title"] for item in open_to if item["active"](request)] == ["Appeasement limits"]
