"""Answers who can log in to the demonstration; the passwords are printed and protect nothing."""

from datetime import datetime
from typing import NamedTuple

from django.contrib.auth.models import Group, User

from dom.console.roles import ensure_roles
from dom.kernel.transactions import in_unit_of_work
from stores.services import second_factor
from stores.services.access import set_nodes


class Person(NamedTuple):
    """Someone who works at the demonstration; `role` is one of dom.console.roles, "" for the administrator.

    `nodes` are those whose work somebody of a store sees.
    """

    login: str
    first_name: str
    last_name: str
    role: str
    nodes: tuple[str, ...] = ()

    @property
    def password(self) -> str:
        """The printed password."""
        return f"{self.login}-demo"


PEOPLE = (
    Person("admin", "Ada", "Min", ""),
    Person("maya", "Maya", "Lindqvist", "Merchandiser"),
    Person("omar", "Omar", "Haddad", "Ops"),
    Person("cleo", "Cleo", "Okafor", "Customer service"),
    Person("sam", "Sam", "Ortega", "Store manager", ("S-001", "S-002")),
    Person("ana", "Ana", "Reyes", "Store associate", ("S-001",)),
    Person("iris", "Iris", "Novak", "Auditor"),
)


@in_unit_of_work
def ensure_people() -> None:
    """Make every person of the demonstration able to log in; safe to repeat."""
    ensure_roles()
    for person in PEOPLE:
        user, _created = User.objects.get_or_create(
            username=person.login,
            defaults={"first_name": person.first_name, "last_name": person.last_name, "is_staff": True},
        )
        user.set_password(person.password)
        user.is_superuser = not person.role
        user.save()
        user.groups.set(Group.objects.filter(name=person.role))
        second_factor.forget(user=user)  # its password is printed: whoever tries a second factor locks nobody out


@in_unit_of_work
def ensure_nodes(*, at: datetime, actor: str) -> None:
    """Give the people of stores their nodes, which must be there; safe to repeat."""
    ids = dict(User.objects.values_list("username", "id"))
    for person in PEOPLE:
        if person.nodes:
            set_nodes(user_id=ids[person.login], username=person.login, node_codes=person.nodes, at=at, actor=actor)
