import pytest
from django.contrib.auth.models import User

from dom.demo import rules
from dom.kernel.transactions import unit_of_work
from routing.services import publish_policies
from tests import cast
from tests.browser.conftest import Visit

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PASSWORD = "harbour-lights-7"


def test_rules_and_nodes_are_said_in_words(visit: Visit) -> None:
    cast.enter()
    with unit_of_work():
        publish_policies(bodies=[rules.POLICY], actor="maya", at=cast.NOW)
    User.objects.create_superuser("maya", password=PASSWORD)
    visit.log_in("maya", PASSWORD)
    visit.open("/rules/")
    assert visit.page.url.endswith("/configuration/policy/")
    visit.page.get_by_role("link", name="retail").click()
    assert visit.page.get_by_text("Chilled and frozen: for orders").is_visible()
    visit.picture("rules")
    visit.open("/nodes/")
    assert visit.page.get_by_text("store_soho").is_visible()
    visit.picture("nodes")


def test_without_a_policy_the_page_says_what_happens(visit: Visit) -> None:
    User.objects.create_superuser("maya", password=PASSWORD)
    visit.log_in("maya", PASSWORD)
    visit.open("/rules/")

    assert visit.page.get_by_text("Every order is routed by the built-in policy").is_visible()
