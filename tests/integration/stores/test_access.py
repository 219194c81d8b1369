import pytest
from django.contrib.auth.models import AnonymousUser, Group, User
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from dom.console.roles import ROLES, ensure_roles
from dom.kernel import changes
from dom.kernel.transactions import unit_of_work
from orders.models import FulfillmentOrder
from orders.services.routing_flow import route_next
from stores.errors import UnknownNodes
from stores.models import NodeAccess
from stores.selectors.access import allowed_nodes, within
from stores.services.access import set_nodes
from tests import cast
from tests.cast import NOW
from tests.integration.orders.bodies import place

pytestmark = pytest.mark.django_db(transaction=True)


def _person(login: str, *roles: str) -> User:
    with unit_of_work():
        ensure_roles()
    person = User.objects.create_user(login, password="harbour-lights-7", is_staff=True)
    person.groups.set(Group.objects.filter(name__in=roles))
    return person


def _give(person: User, *codes: str) -> bool:
    with unit_of_work():
        return set_nodes(user_id=person.id, username=person.username, node_codes=codes, at=NOW, actor="pat")


def _work_in_two_places() -> None:
    people = cast.enter()
    cast.stock(people.tee, people.dc_reno, 1)
    cast.stock(people.mug, people.store_soho, 1)
    place(("TEE", 1))
    place(("MUG", 1))
    route_next(at=NOW)
    assert set(FulfillmentOrder.objects.values_list("node__code", flat=True)) == {"dc_reno", "store_soho"}


@pytest.mark.parametrize("role", sorted(ROLES))
def test_store_roles_alone_are_limited_to_nodes(role: str) -> None:
    assert (allowed_nodes(_person("ana", role)) is None) == (not role.startswith("Store"))


def test_somebody_with_two_roles_sees_what_the_wider_one_sees() -> None:
    assert allowed_nodes(_person("ana", "Store associate", "Ops")) is None


def test_strangers_and_people_without_nodes_see_none() -> None:
    assert allowed_nodes(AnonymousUser()) == frozenset()
    assert allowed_nodes(_person("ana", "Store associate")) == frozenset()


def test_people_see_the_work_of_their_nodes_alone(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    _work_in_two_places()
    ana = _person("ana", "Store associate")
    _give(ana, "store_soho")

    with django_assert_num_queries(4):  # her and her roles' permissions, her nodes once, the rows
        rows = within(within(FulfillmentOrder.objects.select_related("node"), ana), ana)
        assert [one.node.code for one in rows] == ["store_soho"]


def test_lists_show_the_work_of_ones_nodes_alone() -> None:
    _work_in_two_places()
    ana = _person("ana", "Store associate")
    _give(ana, "store_soho")
    client = Client()
    client.force_login(ana)

    here, there = (FulfillmentOrder.objects.get(node__code=code).ref for code in ("store_soho", "dc_reno"))
    for address in (
        "/fulfillment-orders/",
        "/fulfillment-orders/?node=dc_reno",
        "/fulfillment-orders/?status=RELEASED",
    ):
        assert there not in client.get(address).content.decode()
    assert here in client.get("/fulfillment-orders/").content.decode()


def test_who_gave_which_nodes_is_written_down() -> None:
    cast.enter()
    ana = _person("ana", "Store associate")

    assert _give(ana, "store_soho") is True
    assert _give(ana, "store_soho") is False
    assert _give(ana, "store_austin", "dc_reno") is True
    written = [(one.actor, one.fields) for one in changes.changes_of("people", "ana")]
    assert written == [
        ("pat", {"nodes": [["store_soho"], ["dc_reno", "store_austin"]]}),
        ("pat", {"nodes": [[], ["store_soho"]]}),
    ]


def test_an_unknown_node_changes_nothing() -> None:
    cast.enter()
    ana = _person("ana", "Store associate")
    _give(ana, "store_soho")

    with pytest.raises(UnknownNodes) as refused:
        _give(ana, "store_austin", "nowhere")

    assert refused.value.facts == {"nodes": ["nowhere"]}
    assert [one.node.code for one in NodeAccess.objects.select_related("node")] == ["store_soho"]
