"""The frame around every page: who cannot see, has no mouse, or holds a phone works as well."""

import pytest
from django.contrib.auth.models import User

from inventory.models import Sku
from tests import cast
from tests.browser.conftest import Visit
from tests.integration.orders.bodies import place

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PASSWORD = "harbour-lights-7"


def _at_work(visit: Visit) -> str:
    cast.enter()
    refs = [place(("TEE", 1), external_ref=f"W-10024{number}").ref for number in (1, 2)]
    User.objects.create_superuser("omar", password=PASSWORD, first_name="Omar", last_name="Haddad")
    visit.log_in("omar", PASSWORD)
    return str(refs[0])


def test_pages_outside_the_menu_are_clean_in_light_and_in_dark(visit: Visit) -> None:
    ref = _at_work(visit)
    for dark in (False, True):
        visit.darken(dark=dark)
        for name in ("", "hold/", "swap/", "way/"):
            visit.open(f"/orders/{ref}/{name}")
            visit.axe()
            visit.picture(f"look-order-{name.replace('/', '-')}{'dark' if dark else 'light'}")


def test_what_two_people_made_of_one_thing_is_clean(visit: Visit) -> None:
    """And the form that says how shortages are handled, which nobody else opens in a browser."""
    _at_work(visit)
    page = visit.page
    for dark in (False, True):
        visit.darken(dark=dark)
        visit.open("/shortages/handling/")
        visit.axe()
        visit.open("/master/skus/one/TEE/")
        Sku.objects.filter(code="TEE").update(name=f"Tea shirt {dark}")
        page.get_by_label("Name").fill("T-shirt")
        page.get_by_role("button", name="Save").click()
        page.get_by_text(f"Tea shirt {dark}").first.wait_for()
        visit.axe()
        visit.picture(f"look-conflict-{'dark' if dark else 'light'}")
    visit.wrongs.clear()  # the browser reports each 409 on its console


def test_strangers_see_a_clean_door(visit: Visit) -> None:
    for dark in (False, True):
        visit.open("/admin/login/?next=/")
        visit.darken(dark=dark)
        visit.axe()
        visit.picture(f"door{'-dark' if dark else ''}")


def test_the_palette_finds_an_order_by_its_reference(visit: Visit) -> None:
    ref = _at_work(visit)
    page = visit.page
    page.keyboard.press("Control+k")
    page.get_by_role("option", name="Orders Operate Page", exact=True).wait_for()
    page.keyboard.type("W-100241")
    page.get_by_role("option", name="W-100241").wait_for()
    visit.axe()
    visit.picture("palette")
    page.keyboard.press("Escape")
    page.get_by_role("dialog").wait_for(state="hidden")
    page.keyboard.press("Control+k")
    page.get_by_role("option", name="W-100241").wait_for()
    page.keyboard.press("Enter")

    page.wait_for_url(f"**/orders/{ref}/")


def test_rows_are_walked_and_opened_by_keys(visit: Visit) -> None:
    ref = _at_work(visit)
    page = visit.page
    page.keyboard.press("g")
    page.keyboard.press("o")
    page.wait_for_url("**/orders/")
    page.wait_for_load_state("networkidle")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/orders/{ref}/")
    page.wait_for_load_state("networkidle")
    page.keyboard.press("?")

    assert page.get_by_role("dialog", name="Keyboard shortcuts").get_by_text("g o").is_visible()
    visit.axe()
    visit.picture("keys")


def test_the_skip_link_and_the_menu_of_a_phone_work_by_keys(visit: Visit) -> None:
    _at_work(visit)
    page = visit.page
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the page"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"
    page.set_viewport_size({"width": 390, "height": 844})
    page.get_by_role("button", name="Menu", exact=True).click()
    page.locator("a[data-go=n]").wait_for()
    page.keyboard.press("Escape")
    page.locator("a[data-go=n]").wait_for(state="hidden")
    page.get_by_role("button", name="Menu", exact=True).click()
    page.locator("a[data-go=n]").click()

    page.wait_for_url("**/nodes/")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
