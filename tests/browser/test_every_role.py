"""Every page of the menu, as everybody who has it there: it opens and fits. What axe says: test_clean_pages.py."""

import os
import re

import pytest
from django.test import Client

from dom.console.roles import ROLES
from tests.browser.conftest import SIZES, Visit
from tests.integration.console.everything import build
from tests.integration.console.people import at_reno

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PASSWORD = "harbour-lights-7"
#: The token of a form, and how long ago something was.
_EACH_TIME = re.compile(r'csrfmiddlewaretoken" value="[^"]*"|\b\d+ (?:s|min)\b')


def _come_in(visit: Visit, role: str) -> Client:
    """Log in as somebody with the role; return their browser without a window."""
    client = at_reno(role, role, PASSWORD)
    visit.page.context.clear_cookies()
    visit.log_in(role, PASSWORD)
    return client


def _menu(client: Client) -> list[tuple[str, str]]:
    """Return the pages of the menu: title and address."""
    found = [one for one in client.get("/find/").json()["items"] if one["kind"] == "Page"]
    return [(one["title"], one["url"]) for one in found]


def _shown(client: Client, url: str) -> str:
    """Return what stands within the frame of a page, but for what differs each time it is asked for."""
    body = client.get(url, follow=True).content.decode()
    return _EACH_TIME.sub("", body[body.find('<div class="q">') :])


def _fits(visit: Visit, name: str) -> None:
    """The page is one of ours and nothing of it lies beside the window, at both widths."""
    assert visit.page.locator(".q").count() == 1, name
    for width, height in SIZES.values():
        visit.page.set_viewport_size({"width": width, "height": height})
        assert visit.page.evaluate("document.documentElement.scrollWidth") <= width, (name, width)
    visit.page.set_viewport_size({"width": 1440, "height": 900})
    if "PICTURES" in os.environ:
        visit.picture(name)


def test_every_page_of_the_menu_opens_and_fits_whoever_has_it(visit: Visit) -> None:
    """Of a page that several see alike, one of them looks; each of them looks at the frame."""
    build()
    seen: set[str] = set()
    for role in ("Administrator", *(role for role in ROLES if role != "Partner")):
        client = _come_in(visit, role)
        pages = _menu(client)
        for number, (title, url) in enumerate(pages):
            shown = _shown(client, url)
            if number and shown in seen:
                continue
            seen.add(shown)
            visit.page.goto(visit.address + url, wait_until="load")
            _fits(visit, f"menu-{role}-{title}".lower().replace(" ", "-"))

        assert len({url for _title, url in pages}) == len(pages) > 0, role


def test_somebody_without_a_menu_is_told_so(visit: Visit) -> None:
    """A partner works through the API; who logs in all the same sees a page, not an empty window."""
    build()
    assert _menu(_come_in(visit, "Partner")) == []
    assert visit.page.get_by_role("heading", name="Nothing here for you yet").is_visible()
    visit.wrongs.clear()  # the browser reports the 403 on its console
    visit.axe()
    visit.picture("refused")
