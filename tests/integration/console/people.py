"""People who are logged in, by their role."""

from django.contrib.auth.models import Group, User
from django.test import Client

from dom.console.roles import ensure_roles
from dom.kernel.transactions import unit_of_work
from stores.services.access import set_nodes
from tests import cast


def someone(role: str, login: str = "maya") -> Client:
    """Return the browser of somebody who has `role`."""
    with unit_of_work():
        ensure_roles()
    person, _created = User.objects.get_or_create(username=login, defaults={"is_staff": True})
    person.groups.add(Group.objects.get(name=role))
    client = Client()
    client.force_login(person)
    return client


def at_reno(role: str, login: str, password: str | None = None) -> Client:
    """Return the browser of somebody with the role, who works at Reno where the role is limited to nodes."""
    with unit_of_work():
        ensure_roles()
    person = User.objects.create_user(login, password=password, is_staff=True, is_superuser=role == "Administrator")
    person.groups.set(Group.objects.filter(name=role))
    with unit_of_work():
        set_nodes(user_id=person.id, username=login, node_codes=["dc_reno"], at=cast.NOW, actor="pat")
    client = Client()
    client.force_login(person)
    return client


def typed(form: object) -> dict[str, object]:
    """Return what a browser would send for a form as it stands on the page."""
    sent: dict[str, object] = {}
    for field in form:  # type: ignore[attr-defined]  # a Django form
        value = field.value()
        if value is True:
            sent[field.html_name] = "on"
        elif value not in (None, False):
            sent[field.html_name] = value
    return sent
