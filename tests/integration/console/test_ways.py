"""Follows every link of every page as every role: nobody is shown a way to what they may not open, or is not there."""

import re
from html import unescape
from urllib.parse import parse_qs

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client
from django.urls import resolve

from dom.console.roles import ensure_roles
from dom.kernel.transactions import unit_of_work
from stores.services.access import set_nodes
from tests import cast
from tests.integration.console.everything import World, build

pytestmark = pytest.mark.django_db(transaction=True)

_WAY = re.compile(r'<a\b[^>]*?\bhref="(/[^"#]*)')
#: What the other roles see, one of these sees as well.
_ROLES = ("Auditor", "Customer service", "Store manager", "Store associate", "People manager")
#: What is no page of the console.
_ELSEWHERE = ("/api/", "/static/")


def _at_reno(role: str) -> Client:
    """Return the browser of somebody with the role, who works at Reno where the role is limited to nodes."""
    person = User.objects.create_user(role, is_staff=True)
    person.groups.set(Group.objects.filter(name=role))
    with unit_of_work():
        set_nodes(user_id=person.id, username=role, node_codes=["dc_reno"], at=cast.NOW, actor="pat")
    client = Client()
    client.force_login(person)
    return client


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


def _closed(world: World, client: Client) -> set[tuple[str, str, int]]:
    """Return what is wrong: on which page which link answers with what."""
    known: dict[str, int] = {}
    wrong: set[tuple[str, str, int]] = set()
    for one in world.addresses():
        if "action" in one.name:  # a form: what is around it stands on the page that it acts on
            continue
        answer = client.get(one.path)
        if answer.status_code == 200 and "html" in answer.headers["Content-Type"]:
            for kind, way in _ways(answer.content.decode()).items():
                if kind not in known:
                    known[kind] = client.get(way).status_code
                if known[kind] not in {200, 302}:
                    wrong.add((one.route, way, known[kind]))
    assert len(known) > 3
    return wrong


def test_whatever_a_page_leads_to_opens_for_its_reader() -> None:
    world = build()
    with unit_of_work():
        ensure_roles()

    assert {role: wrong for role in _ROLES if (wrong := _closed(world, _at_reno(role)))} == {}
