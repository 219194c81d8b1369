"""Answers who can log in to the demonstration; the passwords are printed and protect nothing."""

from typing import NamedTuple

from django.contrib.auth.models import Group, User

from dom.console.roles import ensure_roles
from dom.kernel.transactions import in_unit_of_work


class Person(NamedTuple):
    """Someone who works at the demonstration; `role` is one of dom.console.roles, "" for the administrator."""

    login: str
    first_name: str
    last_name: str
    role: str

    @property
    def password(self) -> str:
        """The printed password."""
        return f"{self.login}-demo"


PEOPLE = (
    Person("admin", "Ada", "Min", ""),
    Person("maya", "Maya", "Lindqvist", "Merchandiser"),
    Person("omar", "Omar", "Haddad", "Ops"),
    Person("cleo", "Cleo", "Okafor", "Customer service"),
    Person("sam", "Sam", "Ortega", "Store manager"),
    Person("ana", "Ana", "Reyes", "Store associate"),
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
