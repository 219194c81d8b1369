"""Every page and form, as everybody who may open it: axe finds nothing serious in any markup, light, dark or wrong.

Pages are fetched without a browser. One tab shows what stands in them, one after the other, where it holds markup that
no page before had: roles mostly see the same. The frame around them is looked at in test_every_role.py.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

import pytest
from django.http import HttpResponse, HttpResponseBase
from playwright.sync_api import Page

from dom.console.documents.registry import SORTS
from dom.console.roles import ROLES
from dom.demo import hours, rates
from dom.kernel.models import ConfigVersion
from dom.kernel.transactions import unit_of_work
from inventory import services
from inventory.services.low_stock import publish_low_stock
from routing import services as routing
from tests import cast
from tests.browser.conftest import AXE, SIZES, Visit
from tests.integration.console.everything import World, build
from tests.integration.console.people import at_reno
from tests.integration.console.test_who_may import COLUMNS, expected

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PASSWORD = "harbour-lights-7"
#: Sent with what they ask for, these show what would happen; sent empty, every form shows what is wrong.
_FILLED = {
    "cancel": {"reason": "CUSTOMER"},
    "payment": {"kind": "AUTHORIZED", "amount": "5.00", "tender": "card"},
    "appease": {"amount": "1.00", "reason": "Late"},
    "reroute": {"reason": "Stock came"},
}
#: Files, and the answer to a palette.
_NO_PAGES = {"find", "master-export", "master-wrong"}
_POLICY = {
    "code": "us",
    "groups": [{"name": "Every order", "rules": [{"name": "Stores", "nodes": {"kinds": ["STORE"]}}]}],
}
_CAPACITY = {
    "node": "dc_reno",
    "limits": [{"unit": "ORDERS", "limit": 40}, {"unit": "ORDERS", "limit": 5, "days": ["SUN"]}],
}
_CUSHION = {"code": "cushion", "threshold": 2, "channel": "web"}
_LOW = {"code": "week", "units": 2, "tags": ["week"], "from": "2026-12-01", "to": "2026-12-24"}

_SHOW = """([html, open]) => {
  const next = new DOMParser().parseFromString(html, "text/html").querySelector(".q");
  next.querySelectorAll("details").forEach((one) => { one.open = open; });
  document.querySelector(".q").replaceWith(next);
  document.documentElement.classList.toggle("dark", open);
}"""
_LOOK = """async () => (await axe.run({include: [[".q"]]}, {resultTypes: ["violations"]})).violations
  .filter((found) => ["serious", "critical"].includes(found.impact))
  .flatMap((found) => found.nodes.map((node) => `${found.id}: ${node.html.slice(0, 200)} (${node.any.concat(node.all)
    .map((check) => check.message).join("; ")})`))"""


class _Kinds(HTMLParser):
    """Collects the kinds of markup of a page: each element's tag and manner, and what it stands in."""

    _VOID = frozenset({"input", "img", "br", "hr", "meta", "link", "use", "path", "circle", "rect", "polyline"})
    _TOLD = ("class", "role", "type", "tabindex", "aria-current", "aria-invalid", "aria-label", "title", "scope")

    def __init__(self) -> None:
        super().__init__()
        self._open: list[tuple[str, str]] = []
        self.found: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the element; of what it is called, that it is."""
        told = {name: "" if name in {"aria-label", "title"} else value for name, value in attrs if name in self._TOLD}
        within = self._open[-1][1] if self._open else ""
        # In a form that its reader may not change no key reaches a thing: it counts as another kind.
        off = "off " if within.startswith("off ") or "disabled" in dict(attrs) else ""
        self._open.append((tag, f"{off}{tag}.{told.get('class', '')}"))
        self.found.add(f"{within} > {tag} {sorted(told.items())}")
        if tag in self._VOID:
            self._open.pop()

    def handle_endtag(self, tag: str) -> None:
        """Leave the element, and what was left open in it."""
        if any(tag == name for name, _words in self._open):
            while self._open.pop()[0] != tag:
                pass


def _kinds(body: str) -> set[str]:
    reader = _Kinds()
    reader.feed(body)
    return reader.found


def _documents() -> None:
    """Publish one of every kind of document that `build` leaves out."""
    told: dict[str, Any] = {"actor": "olga", "at": cast.NOW}
    with unit_of_work():
        routing.publish_calendars(bodies=hours.calendars(2026), **told)
        routing.publish_rate_cards(bodies=rates.RATE_CARDS, **told)
        routing.publish_carrier_services(body=rates.CARRIER_SERVICES, **told)
        routing.publish_lanes(body=rates.LANES, **told)
        routing.publish_policies(bodies=[_POLICY], **told)
        services.publish_capacities(bodies=[_CAPACITY], **told)
        services.publish_channel_rules(bodies=[_CUSHION], **told)
        publish_low_stock(bodies=[_LOW], **told)


def _world() -> World:
    """Make one of everything, and so many stores that lists of them scroll."""
    world = build()
    with unit_of_work():
        stores = [replace(cast.STORE_SOHO, code=f"store_{number}") for number in range(30)]
        services.upsert_nodes(rows=stores, at=cast.NOW, actor="olga")
    _documents()
    return world


def _addresses(world: World) -> Iterator[tuple[str, str]]:
    """Yield who may do what at an address (who_may.txt), and the address; the pages of configuration of each kind."""
    for one in world.addresses():
        if one.name not in _NO_PAGES and not one.name.startswith("admin:"):
            yield expected()[one.route], one.path
    for part in ("", "one/stores/"):
        yield expected()[f"/master/channels/{part.replace('stores', '<code>')}"], f"/master/node-groups/{part}"
    live = ConfigVersion.objects.filter(kind__in=SORTS).order_by("kind", "scope").values_list("kind", "scope")
    for kind in SORTS:
        scope = next(scope for of, scope in live if of == kind)
        for part in ("", "new/", f"one/{scope}/", f"edit/{scope}/"):
            yield (
                expected()[f"/configuration/low-stock/{part.replace(scope, '<scope>')}"],
                f"/configuration/{kind}/{part}",
            )


def _shown(role: str, addresses: Sequence[tuple[str, str]]) -> Iterator[tuple[str, HttpResponseBase]]:
    """Yield every page that the role may open; for the administrator also every form, sent."""
    client, column = at_reno(role, role, PASSWORD), COLUMNS.index(role)
    yield from ((path, client.get(path)) for letters, path in addresses if letters[column] in "rw")
    if role == "Administrator":
        sent = [path for letters, path in addresses if letters[column] in "pw"]
        yield from ((f"{path} (sent)", client.post(path, _FILLED.get(path.split("/")[-2], {}))) for path in sent)


def _bodies(addresses: Sequence[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Yield as few pages as hold every kind of markup that anybody is shown, each with who sees it where."""
    pages: dict[str, tuple[str, set[str]]] = {}
    for role in ("Administrator", *ROLES):
        for path, answer in _shown(role, addresses):
            body = answer.content.decode() if isinstance(answer, HttpResponse) else ""
            begins = body.find('<div class="q">')
            if begins >= 0:
                pages[f"{role}: {path}"] = body, _kinds(body[begins:])
    unseen = set().union(*(kinds for _body, kinds in pages.values()))
    while unseen:
        most = max(pages, key=lambda name: len(pages[name][1] & unseen))
        unseen -= pages[most][1]
        yield most, pages.pop(most)[0]


def _looked_at(page: Page, body: str, size: str) -> list[str]:
    """Show a page; at phone width it is dark and everything that unfolds is unfolded."""
    width, height = SIZES[size]
    page.set_viewport_size({"width": width, "height": height})
    page.evaluate(_SHOW, [body, size == "phone"])
    found: list[str] = page.evaluate(_LOOK)
    return found


def test_whatever_anybody_may_open_is_clean(visit: Visit) -> None:
    bodies = list(_bodies(list(_addresses(_world()))))
    visit.log_in("Administrator", PASSWORD)
    visit.open("/me/")
    visit.page.evaluate(AXE.read_text())

    shown = [(name, body, size) for name, body in bodies for size in SIZES]
    assert {(name, size): found for name, body, size in shown if (found := _looked_at(visit.page, body, size))} == {}


def test_the_frame_around_every_page_is_clean_in_light_and_in_dark(visit: Visit) -> None:
    _world()
    at_reno("Administrator", "Administrator", PASSWORD)
    visit.log_in("Administrator", PASSWORD)
    for dark in (False, True):
        visit.darken(dark=dark)
        visit.open("/")
        visit.axe()
        visit.page.locator("details.me > summary").click()
        visit.axe()
