"""Reads every page as every role: its links open for its reader, and its controls say what they are."""

import re
from collections.abc import Iterator
from html import unescape
from urllib.parse import parse_qs

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import resolve

from tests.integration.console.clean import wrongs
from tests.integration.console.everything import Address, World, build
from tests.integration.console.people import at_reno

pytestmark = pytest.mark.django_db(transaction=True)

_WAY = re.compile(r'<a\b[^>]*?\bhref="(/[^"#]*)')
#: What the other roles see, one of these sees as well.
_ROLES = ("Auditor", "Customer service", "Store manager", "Store associate", "People manager")
#: What is no page of the console.
_ELSEWHERE = ("/api/", "/static/")


def _ways(body: str) -> dict[str, str]:
    """Return one address for each kind of page that `body` leads to: its name, what sort of thing, what is asked."""
    found: dict[str, str] = {}
    for way in map(unescape, _WAY.findall(body)):
        if not way.startswith(_ELSEWHERE):
            path, _mark, query = way.partition("?")
            page = resolve(path)
            sort = [page.kwargs.get(name) for name in ("slug", "kind", "action")]
            found[f"{page.view_name} {sort} {sorted(parse_qs(query))}"] = way
    return found


def _pages(world: World, client: Client) -> Iterator[tuple[Address, str]]:
    """Yield every address that opens, and its HTML."""
    for one in world.addresses():
        answer = client.get(one.path)
        if answer.status_code == 200 and "html" in answer.headers["Content-Type"]:
            yield one, answer.content.decode()


def _wrong(world: World, client: Client) -> set[tuple[str, str]]:
    """Return what is wrong: on which page, and which link answers with what or what has no name."""
    known: dict[str, int] = {}
    found: set[tuple[str, str]] = set()
    for one, body in _pages(world, client):
        found.update((one.route, wrong) for wrong in wrongs(body))
        for kind, way in _ways(body).items():
            if kind not in known:
                known[kind] = client.get(way).status_code
            if known[kind] not in {200, 302}:
                found.add((one.route, f"{way} answers {known[kind]}"))
    assert len(known) > 3
    return found


def test_whatever_a_page_leads_to_opens_for_its_reader() -> None:
    world = build()

    assert {role: found for role in _ROLES if (found := _wrong(world, at_reno(role, role)))} == {}


def test_every_control_of_every_page_and_form_says_what_it_is() -> None:
    """As an administrator, whom every form opens: what axe says of names and labels, without a browser."""
    world, client = build(), Client()
    client.force_login(User.objects.create_superuser("omar"))
    looked = {one.route: wrongs(body) for one, body in _pages(world, client)}

    assert {route: found for route, found in looked.items() if found} == {}
    assert len(looked) > 100


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        ('<input name="q">', "no label: input q"), ("<label>Code <input name=q></label>", ""),
        ('<label for="c">Code</label><input id="c">', ""), ('<input id="c">', "no label: c"),
        ('<a href="/"><svg></svg></a>', "no name: a {'href': '/'}"), ('<a href="/" title="Home"></a>', ""),
        ("<button><b>Save</b></button>", ""), ("<button><i></i></button>", "no name: button {}"),
        ('<p id="a"></p><p id="a"></p>', "twice: id a"), ('<img src="x.svg">', "no name: img x.svg"),
    ],
)  # fmt: skip
def test_what_has_no_name_is_seen(body: str, wrong: str) -> None:
    assert wrongs(body) == ({wrong} if wrong else set())
