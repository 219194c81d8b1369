import base64
import hmac
import struct
import time

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import expect

from stores.models import SecondFactor
from tests.browser.conftest import Visit

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PASSWORD = "harbour-lights-7"


def _code(key: str) -> str:
    digest = hmac.digest(base64.b32decode(key), struct.pack(">Q", int(time.time()) // 30), "sha1")
    start = digest[-1] & 15
    return f"{(int.from_bytes(digest[start : start + 4], 'big') & 0x7FFFFFFF) % 1_000_000:06d}"


def _looked_at(visit: Visit, name: str) -> None:
    visit.axe()
    visit.picture(name)
    visit.page.set_viewport_size({"width": 1440, "height": 900})


def test_a_second_factor_is_set_up_and_asked_for_by_keys_alone(visit: Visit) -> None:
    User.objects.create_superuser("cleo", password=PASSWORD, first_name="Cleo")
    visit.log_in("cleo", PASSWORD)
    page = visit.page
    visit.open("/me/")
    page.get_by_role("link", name="Set it up").press("Enter")
    page.wait_for_url("**/me/second-factor/")
    key = page.locator("code.letters").inner_text().replace(" ", "")
    _looked_at(visit, "second-factor-set-up")
    page.get_by_role("textbox", name="Code").fill("123456")
    page.get_by_label("Your password").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_text("That is not the code.").wait_for()
    page.get_by_role("textbox", name="Code").fill(_code(key))
    page.get_by_label("Your password").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Your recovery codes").wait_for()
    recovery = page.locator("ul.codes code").first.inner_text()
    _looked_at(visit, "second-factor-codes")
    visit.open("/me/second-factor/")
    _looked_at(visit, "second-factor-on")
    _comes_in_again(visit, key, recovery)


def _comes_in_again(visit: Visit, key: str, recovery: str) -> None:
    page = visit.page
    page.context.clear_cookies()
    visit.log_in("cleo", PASSWORD)
    assert page.url.endswith("/admin/login/code/")
    field = page.get_by_role("textbox", name="Code")
    expect(field).to_be_focused()
    _looked_at(visit, "log-in-code")
    page.keyboard.type("000000")
    page.keyboard.press("Enter")
    page.get_by_role("alert").wait_for()
    _looked_at(visit, "log-in-code-wrong")
    page.get_by_role("textbox", name="Code").fill(recovery)
    page.get_by_label("Do not ask in this browser").check()
    page.get_by_role("textbox", name="Code").press("Enter")
    page.wait_for_load_state("networkidle")

    assert [wrong for wrong in visit.wrongs if "400 (Bad Request)" not in wrong] == []
    visit.wrongs.clear()  # the browser reports each refused code on its console
    assert page.url == f"{visit.address}/"
    assert SecondFactor.objects.count() == 1
    assert len(key) == 32


def test_its_pages_are_clean_in_the_dark(visit: Visit) -> None:
    User.objects.create_superuser("cleo", password=PASSWORD)
    visit.log_in("cleo", PASSWORD)
    visit.open("/me/second-factor/")
    visit.darken()
    _looked_at(visit, "second-factor-set-up-dark")
