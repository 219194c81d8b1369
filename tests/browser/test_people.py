import pytest
from django.contrib.auth.models import Group, User

from dom.console.roles import ensure_roles
from dom.kernel.transactions import unit_of_work
from stores.services.access import set_nodes
from tests import cast
from tests.browser.conftest import Visit

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PASSWORD = "harbour-lights-7"


def _somebody(login: str, first: str, last: str, role: str) -> User:
    with unit_of_work():
        ensure_roles()
    person = User.objects.create_user(login, password=PASSWORD, is_staff=True, first_name=first, last_name=last)
    person.groups.set(Group.objects.filter(name=role))
    return person


def test_a_colleague_is_added_and_comes_in_by_the_link(visit: Visit) -> None:
    cast.enter()
    _somebody("pat", "Pat", "Ellery", "People manager")
    visit.log_in("pat", PASSWORD)
    page = visit.page
    visit.open("/people/")
    page.get_by_role("link", name="Add a person").click()
    for label, text in (("Username", "petra"), ("First name", "Petra"), ("Last name", "Vos")):
        page.get_by_role("textbox", name=label).fill(text)
    page.get_by_role("checkbox", name="Store associate").check()
    page.get_by_role("searchbox", name="Find in Nodes").fill("soho")
    page.get_by_role("checkbox", name="store_soho").check()
    visit.axe()
    visit.picture("person-add")
    page.get_by_role("button", name="Add and make the link").click()
    link = page.get_by_role("textbox", name="Password link").input_value()
    visit.axe()
    visit.picture("person-link")
    page.context.clear_cookies()
    page.goto(link, wait_until="networkidle")
    visit.axe()
    visit.picture("welcome")
    page.get_by_label("New password", exact=True).fill("quiet-water-91")
    page.get_by_label("New password confirmation").fill("quiet-water-91")
    page.get_by_role("button", name="Set the password").click()
    page.get_by_role("link", name="Log in").wait_for()
    visit.log_in("petra", "quiet-water-91")

    assert page.url.endswith("/fulfillment-orders/")


def test_the_pages_of_people_are_clean_at_both_widths(visit: Visit) -> None:
    people = cast.enter()
    _somebody("pat", "Pat", "Ellery", "People manager")
    ana = _somebody("ana", "Ana", "Reyes", "Store associate")
    with unit_of_work():
        codes = [people.store_soho.code, people.store_austin.code]
        set_nodes(user_id=ana.id, username="ana", node_codes=codes, at=cast.NOW, actor="pat")
    visit.log_in("ana", PASSWORD)
    visit.page.context.clear_cookies()
    visit.log_in("pat", PASSWORD)
    for name, path in (
        ("people", "/people/"),
        ("person", "/people/ana/"),
        ("me", "/me/"),
        ("my-password", "/me/password/"),
    ):
        visit.open(path)
        visit.axe()
        visit.picture(name)
    visit.darken()
    visit.open("/people/ana/")
    visit.axe()
    visit.picture("person-dark")
