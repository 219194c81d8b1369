"""The page that says how good decisions were, as a merchandiser sees it."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group, User
from django.utils import timezone

from dom.console.roles import ensure_roles
from dom.kernel.transactions import unit_of_work
from tests import cast
from tests.browser.conftest import Visit
from tests.integration.console.test_decisions import decide, publish

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PASSWORD = "harbour-lights-7"


def _maya(visit: Visit) -> None:
    people = cast.enter()
    cast.stock(people.tee, people.dc_reno, 500)
    with unit_of_work():
        ensure_roles()
    person = User.objects.create_user("maya", password=PASSWORD, is_staff=True)
    person.groups.add(Group.objects.get(name="Merchandiser"))
    visit.log_in("maya", PASSWORD)


def test_how_good_decisions_were_is_one_click_away(visit: Visit) -> None:
    _maya(visit)
    visit.page.get_by_role("link", name="Decisions").click()
    visit.page.get_by_text("Nothing was decided in these days").wait_for()
    visit.picture("decisions-empty")
    now = timezone.now()
    decide(("O-7K3MQ9XWD2T", 912_300, None), ("O-2M8PX4KQW7R", 1_284_000, 31_500), at=now - timedelta(days=1))
    publish()
    decide(("O-5T2NC8VYB4H", 85_600, None), ("O-9W6RD1FZG3K", 2_170_900, 204_400), at=now - timedelta(minutes=1))
    visit.open("/decisions/")
    visit.page.get_by_role("link", name="O-9W6RD1FZG3K").wait_for()

    visit.picture("decisions")
    visit.axe()
    visit.darken()
    visit.picture("decisions-dark")
