"""People who are logged in, by their role."""

from django.contrib.auth.models import Group, User
from django.test import Client

from dom.console.roles import ensure_roles
from dom.kernel.transactions import unit_of_work


def someone(role: str, login: str = "maya") -> Client:
    """Return the browser of somebody who has `role`."""
    with unit_of_work():
        ensure_roles()
    person, _created = User.objects.get_or_create(username=login, defaults={"is_staff": True})
    person.groups.add(Group.objects.get(name=role))
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
