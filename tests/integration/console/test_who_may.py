"""Walks every address of the console as every role."""

import re
from collections.abc import Iterator

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client

from dom.console import urls as console
from dom.console.roles import ROLES, ensure_roles
from dom.kernel.transactions import unit_of_work
from stores.services.access import set_nodes
from tests import cast

pytestmark = pytest.mark.django_db(transaction=True)

#: What everybody may change: settings, a password, and the views of lists that one keeps for oneself.
OWN = {"me", "my-password", "orders", "fulfillment-orders"}
#: Pages that list or show one thing, by the permission they ask for, and who may open them. Others are told by prefix.
MAY_OPEN = {
    "orders": {"Merchandiser", "Ops", "Customer service", "Auditor"},
    "fulfillment-orders": set(ROLES) - {"Partner", "People manager"},
    "nodes": set(ROLES) - {"Partner", "Store associate"},
    "rules": {"Merchandiser", "Ops", "Auditor"},
    "people": {"Auditor", "People manager"},
}

#: What an address may be about; whether it exists is no matter to who may not come in.
EXAMPLES = {
    "slug": "skus", "kind": "policy", "scope": "default", "number": "1", "prefix": "abcdef", "code": "dc_reno",
    "sku": "TEE", "ref": "X-1", "message_id": "m-1",
    "verb": "activate", "username": "nobody",
}  # fmt: skip

#: Addresses that change something: an auditor is refused even the form.
CHANGING = (
    "action", "new", "key", "cancel", "replay", "import", "switch", "bulk", "limits", "link", "person", "back", "edit",
    "end", "preview", "wrong", "publish",
)  # fmt: skip

#: Find their thing before they ask who is there, so that nothing is refused here; the tests of their pages hold them.
LOOK_FIRST = {"supply-action", "count-action", "transfer-action"}


def _client(role: str) -> Client:
    with unit_of_work():
        ensure_roles()
    person = User.objects.create_user("iris", password="harbour-lights-7", is_staff=True)
    person.groups.add(Group.objects.get(name=role))
    client = Client()
    client.force_login(person)
    return client


def _addresses() -> Iterator[tuple[str, str]]:
    """Yield the name and the addresses of every page of the console; of several actions, the address of each."""
    for pattern in console.urlpatterns:
        route = re.sub(r"[(]?[?]P<action>([^)]*)[)]", r"<<\1>>", str(pattern.pattern))
        actions = re.search(r"<<(.*?)>>", route)
        for action in actions[1].split("|") if actions else [""]:
            address = re.sub(r"<<.*?>>", action, route).strip("^$")
            address = re.sub(r"[(][?]P<(\w+)>[^)]*[)]|<(?:\w+:)?(\w+)>", _example, address)
            yield str(pattern.name), f"/{address}"


def _example(found: re.Match[str]) -> str:
    return EXAMPLES[found[1] or found[2]]


@pytest.mark.parametrize("role", sorted(ROLES))
def test_each_role_opens_its_own_lists_and_no_other(role: str) -> None:
    cast.enter()
    client = _client(role)
    opened = {name for name in MAY_OPEN if client.get(f"/{name}/").status_code == 200}

    assert opened == {name for name, roles in MAY_OPEN.items() if role in roles}


@pytest.mark.parametrize("role", ["Auditor", "Partner"])
def test_who_only_looks_can_post_nothing(role: str) -> None:
    cast.enter()
    client = _client(role)
    refused = {
        (name, client.post(address, {}).status_code) for name, address in _addresses() if name not in OWN | LOOK_FIRST
    }

    assert {(name, status) for name, status in refused if status not in {403, 405}} == set()


def test_strangers_reach_nothing() -> None:
    answers = {(name, address, Client().get(address).status_code) for name, address in _addresses()}

    assert {one for one in answers if one[2] not in {302, 403, 405}} == set()
    assert len(answers) > 30


def test_an_auditor_opens_everything_that_is_there() -> None:
    cast.enter()
    client = _client("Auditor")
    refused = {name for name, address in _addresses() if client.get(address).status_code == 403}

    assert not {name for name in refused if not name.endswith(CHANGING)}


def test_people_of_a_store_see_their_own_nodes_page_alone() -> None:
    people = cast.enter()
    client = _client("Store manager")
    iris = User.objects.get()
    with unit_of_work():
        set_nodes(user_id=iris.id, username="iris", node_codes=["store_soho"], at=cast.NOW, actor="pat")

    assert client.get(f"/nodes/{people.store_soho.code}/").status_code == 200
    assert client.get(f"/nodes/{people.dc_reno.code}/").status_code == 404
    assert "dc_reno" not in client.get("/nodes/").content.decode()
