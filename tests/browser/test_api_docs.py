import pytest

from tests.browser.conftest import Visit

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_the_api_is_described_without_anything_from_outside(visit: Visit) -> None:
    visit.open("/api/docs/")

    visit.page.get_by_text("Read the event feed").wait_for()
    visit.page.get_by_text("Read the event feed").click()
    visit.page.get_by_text("Positions are dense and final.").first.wait_for()
    visit.picture("api-docs")


def test_a_problem_type_leads_to_its_meaning(visit: Visit) -> None:
    visit.open("/api/docs/problems/#idempotency-key-reused")

    visit.page.get_by_text("The idempotency key belongs to another request").wait_for()
    visit.picture("api-problems")
