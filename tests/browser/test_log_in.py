import pytest
from django.contrib.auth.models import User

from tests.browser.conftest import Visit

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_the_log_in_page_opens_the_back_office(visit: Visit) -> None:
    User.objects.create_superuser("omar", password="harbour-lights-7")
    visit.open("/")
    visit.picture("log-in")
    visit.log_in("omar", "harbour-lights-7")

    assert visit.page.get_by_role("heading", name="Today").is_visible()
    visit.picture("today-empty")
