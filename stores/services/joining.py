"""Adds many people at once."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group, User

from dom.kernel.models import Change
from dom.kernel.transactions import in_unit_of_work
from inventory.models import Node
from stores.errors import UnknownNodes, UsernameTaken
from stores.models import NodeAccess, Person
from stores.selectors.people import taken
from stores.services.access import PEOPLE
from stores.services.people import Profile


@in_unit_of_work
def add_people(*, profiles: Mapping[str, Profile], at: datetime, actor: str) -> None:
    """Add the people (username -> who they are), none of whom can log in before a link is made for them (make_link).

    Set-wise: so many people cost what one costs.

    Raises:
        UsernameTaken: somebody has one of the names, however it is spelt; nothing has changed.
        UnknownNodes: no node has one of the codes; nothing has changed.
    """
    if there := sorted(taken(profiles)):
        raise UsernameTaken(f"Somebody is called {', '.join(there)} already.", username=there[0])
    nodes = nodes_of(profiles.values())
    groups = dict(Group.objects.values_list("name", "id"))
    users = User.objects.bulk_create(_user(username, one, at) for username, one in profiles.items())
    Person.objects.bulk_create([Person(user=user) for user in users])
    through, told = User.groups.through, [(user, profiles[user.username]) for user in users]
    through.objects.bulk_create(
        [through(user_id=user.id, group_id=groups[role]) for user, one in told for role in set(one.roles)]
    )
    NodeAccess.objects.bulk_create(
        [NodeAccess(user=user, node_id=nodes[code]) for user, one in told for code in set(one.nodes)]
    )
    Change.objects.bulk_create([change for user, one in told for change in _changes(user.username, one, at, actor)])


def nodes_of(profiles: Iterable[Profile]) -> dict[str, int]:
    """Return the nodes that are named, code -> id.

    Raises:
        UnknownNodes: no node has one of the codes.
    """
    named = {code for one in profiles for code in one.nodes}
    found = dict(Node.objects.filter(code__in=named).values_list("code", "id"))
    if unknown := sorted(named - set(found)):
        raise UnknownNodes(f"No node is called {', '.join(unknown)}.", nodes=unknown)
    return found


def _user(username: str, one: Profile, at: datetime) -> User:
    return User(
        username=username, email=one.email, first_name=one.first_name, last_name=one.last_name, is_staff=True,
        password=make_password(None), date_joined=at,
    )  # fmt: skip


def _changes(username: str, one: Profile, at: datetime, actor: str) -> Iterator[Change]:
    """Yield what is written down of a person who is added by hand, too."""
    said = {"at": at, "actor": actor, "kind": PEOPLE, "code": username}
    yield Change(**said, verb=Change.Verb.CREATED, fields={})
    for name, given in (("roles", one.roles), ("nodes", one.nodes)):
        if given:
            yield Change(**said, verb=Change.Verb.CHANGED, fields={name: [[], sorted(set(given))]})
