import re
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from dom.console.roles import ensure_roles
from dom.kernel.changes import changes_of
from dom.kernel.transactions import unit_of_work
from stores.models import NodeAccess, PasswordLink, PersonSession
from tests import cast

pytestmark = pytest.mark.django_db(transaction=True)

PASSWORD = "harbour-lights-7"
PETRA = {"first_name": "Petra", "last_name": "Vos", "email": "", "roles": ["Store associate"], "nodes": ["store_soho"]}


def _client(login: str, role: str = "") -> Client:
    with unit_of_work():
        ensure_roles()
    person = User.objects.create_user(login, password=PASSWORD, is_staff=True, is_superuser=not role)
    person.groups.set(Group.objects.filter(name=role))
    client = Client()
    client.post("/admin/login/", {"username": login, "password": PASSWORD})
    return client


def _link(page: bytes) -> str:
    found = re.search(r"http://testserver(/welcome/[\w-]+/)", page.decode())
    assert found is not None
    return found[1]


def test_somebody_is_added_chooses_a_password_and_sees_their_node() -> None:
    cast.enter()
    manager = _client("pat", "People manager")
    path = _link(manager.post("/people/add/", {"username": "petra", **PETRA}).content)
    stranger = Client()
    assert b"Choose a password, petra" in stranger.get(path).content
    chosen = {"new_password1": "quiet-water-91", "new_password2": "quiet-water-91"}

    assert stranger.post(path, chosen | {"new_password2": "other"}).status_code == 400
    assert stranger.post(path, chosen).status_code == 200
    assert stranger.post(path, chosen).status_code == 410
    stranger.post("/admin/login/", {"username": "petra", "password": "quiet-water-91"})
    assert stranger.get("/fulfillment-orders/").status_code == 200
    assert [one.node.code for one in NodeAccess.objects.select_related("node")] == ["store_soho"]
    assert {(one.verb, one.actor) for one in changes_of("people", "petra")} == {
        ("CREATED", "pat"), ("CHANGED", "pat"), ("CHANGED", "petra"),
    }  # fmt: skip


def test_a_link_ends_after_a_day_and_by_the_next_one() -> None:
    cast.enter()
    manager = _client("pat", "People manager")
    first = _link(manager.post("/people/add/", {"username": "petra", **PETRA}).content)
    second = _link(manager.post("/people/petra/link/", {}).content)
    assert Client().get(first).status_code == 410
    assert Client().get(second).status_code == 200
    PasswordLink.objects.update(expires_at=timezone.now() - timedelta(seconds=1))

    assert Client().get(second).status_code == 410
    assert Client().get("/welcome/nothing-at-all/").status_code == 410


@pytest.mark.parametrize(
    ("wrong", "status", "words"),
    [
        ({"username": "PAT"}, 409, "Somebody is called PAT already."),
        ({"nodes": ["store_soho", "nowhere"]}, 400, "nowhere is not one of the available choices."),
    ],
)
def test_a_refused_person_is_not_added(wrong: dict[str, Any], status: int, words: str) -> None:
    cast.enter()
    manager = _client("pat", "People manager")
    answer = manager.post("/people/add/", {"username": "petra", **PETRA, **wrong})

    assert answer.status_code == status
    assert words in answer.content.decode()
    assert User.objects.count() == 1


def test_whoever_is_let_go_is_out_at_once() -> None:
    manager, cleo = _client("pat", "People manager"), _client("cleo", "Customer service")
    assert cleo.get("/orders/").status_code == 200
    assert manager.post("/people/cleo/deactivate/", {}).status_code == 302

    assert cleo.get("/orders/").status_code == 302
    assert Client().post("/admin/login/", {"username": "cleo", "password": PASSWORD}).status_code == 200
    assert not PersonSession.objects.filter(user__username="cleo").exists()
    manager.post("/people/cleo/reactivate/", {})
    assert Client().post("/admin/login/", {"username": "cleo", "password": PASSWORD}).status_code == 302


def test_sessions_are_ended_by_a_colleague() -> None:
    manager, cleo = _client("pat", "People manager"), _client("cleo", "Customer service")
    manager.post("/people/cleo/end-sessions/", {})

    assert cleo.get("/orders/").status_code == 302
    assert manager.get("/people/").status_code == 200


@pytest.mark.parametrize("action", ["roles", "deactivate", "link"])
def test_nobody_changes_their_own_access_or_an_administrators(action: str) -> None:
    manager = _client("pat", "People manager")
    _client("ada")

    assert manager.post(f"/people/pat/{action}/", {**PETRA, "nodes": [], "roles": ["Ops"]}).status_code == 409
    assert manager.post(f"/people/ada/{action}/", {**PETRA, "nodes": [], "roles": []}).status_code == 409
    assert list(User.objects.get(username="pat").groups.values_list("name", flat=True)) == ["People manager"]
    assert User.objects.filter(is_active=True).count() == 2
    assert PasswordLink.objects.count() == 0


def test_roles_and_nodes_are_changed_and_told(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    cast.enter()
    manager = _client("pat", "People manager")
    _client("cleo", "Customer service")
    manager.post("/people/cleo/roles/", {**PETRA, "roles": ["Store manager"], "nodes": ["store_soho", "store_austin"]})

    page = manager.get("/people/cleo/").content.decode()
    assert "changed roles from Customer service to Store manager" in page
    assert "changed nodes from none to store_austin, store_soho" in page
    with django_assert_num_queries(7):  # session, person, two for permissions, people, their roles, their nodes
        manager.get("/people/")


def test_ones_own_page_keeps_the_zone_and_shows_times_in_it() -> None:
    cleo = _client("cleo", "Customer service")
    assert cleo.post("/me/", {"time_zone": "Mars/Olympus"}).status_code == 400
    assert cleo.post("/me/", {"time_zone": "Asia/Tokyo"}).status_code == 302

    assert "JST" in cleo.get("/me/").content.decode()


def test_the_other_sessions_of_oneself_can_be_ended() -> None:
    cleo, elsewhere = _client("cleo", "Customer service"), Client()
    elsewhere.post("/admin/login/", {"username": "cleo", "password": PASSWORD})
    assert elsewhere.get("/me/").status_code == 200
    cleo.post("/me/", {"end": "1"})

    assert (cleo.get("/me/").status_code, elsewhere.get("/me/").status_code) == (200, 302)
