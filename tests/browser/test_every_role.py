"""Every page of the menu, as everybody who has it there: it opens and fits. What axe says: test_clean_pages.py."""

import os

import pytest

from dom.console.roles import ROLES
from tests.browser.conftest import SIZES, Visit
from tests.integration.console.everything import build
from tests.integration.console.people import at_reno

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PASSWORD = "harbour-lights-7"


def _come_in(visit: Visit, role: str) -> list[tuple[str, str]]:
    """Log in as somebody with the role; return the pages of the menu: title and address."""
    build()
    found = [one for one in at_reno(role, "iris", PASSWORD).get("/find/").json()["items"] if one["kind"] == "Page"]
    visit.log_in("iris", PASSWORD)
    return [(one["title"], one["url"]) for one in found]


def _fits(visit: Visit, name: str) -> None:
    """The page is one of ours and nothing of it lies beside the window, at both widths."""
    assert visit.page.locator(".q").count() == 1, name
    for width, height in SIZES.values():
        visit.page.set_viewport_size({"width": width, "height": height})
        assert visit.page.evaluate("document.documentElement.scrollWidth") <= width, (name, width)
    visit.page.set_viewport_size({"width": 1440, "height": 900})
    if "PICTURES" in os.environ:
        visit.picture(name)


@pytest.mark.parametrize("role", ["Administrator", *(role for role in ROLES if role != "Partner")])
def test_every_page_of_the_menu_opens_and_fits(visit: Visit, role: str) -> None:
    pages = _come_in(visit, role)
    for title, url in pages:
        visit.page.goto(visit.address + url, wait_until="load")
        _fits(visit, f"menu-{role}-{title}".lower().replace(" ", "-"))

    assert len({url for _title, url in pages}) == len(pages) > 0


def test_somebody_without_a_menu_is_told_so(visit: Visit) -> None:
    """A partner works through the API; who logs in all the same sees a page, not an empty window."""
    assert _come_in(visit, "Partner") == []
    assert visit.page.get_by_role("heading", name="Nothing here for you yet").is_visible()
    visit.wrongs.clear()  # the browser reports the 403 on its console
    visit.axe()
    visit.picture("refused")
