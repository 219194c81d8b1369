"""Changes many people at once."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.models import Group, User

from dom.kernel import config
from dom.kernel.errors import NotFound
from dom.kernel.models import Change
from dom.kernel.transactions import in_unit_of_work
from stores.errors import AdministratorsAlone, NotOneself
from stores.models import NodeAccess, PasswordLink
from stores.selectors.people import named
from stores.services.access import PEOPLE
from stores.services.joining import nodes_of
from stores.services.log_in import end_every_session
from stores.services.people import Profile

_NAMES = ("first_name", "last_name", "email")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody who is there shall be."""

    profile: Profile
    is_active: bool


@dataclass(frozen=True, slots=True)
class _Moved:
    """A person with what differs: each entry of `parts` is written down by itself, as by hand."""

    user: User
    wanted: Wanted
    parts: Sequence[Mapping[str, Any]]

    def differs(self, name: str) -> bool:
        return any(name in part for part in self.parts)


@in_unit_of_work
def change_people(*, wanted: Mapping[str, Wanted], at: datetime, actor: str) -> None:
    """Make each person (username -> what they shall be) exactly that, and write down from what to what.

    Who is let go is logged out everywhere. Set-wise: so many people cost what one costs. Two who change people queue
    up, so that what is written down is what was there.

    Raises:
        NotFound, NotOneself, AdministratorsAlone, UnknownNodes: nothing has changed.
    """
    if not wanted:
        return
    config.tick()
    users = _to_change(wanted, actor)
    nodes = nodes_of([one.profile for one in wanted.values()])
    moved = [_Moved(user, wanted[user.username], list(_parts(user, wanted[user.username]))) for user in users]
    for one in moved:
        _fill(one)
    User.objects.bulk_update(users, [*_NAMES, "is_active"])
    _give_roles([one for one in moved if one.differs("roles")])
    _give_nodes([one for one in moved if one.differs("nodes")], nodes)
    _let_go([one.user.id for one in moved if one.differs("active") and not one.wanted.is_active])
    said: dict[str, Any] = {"at": at, "actor": actor, "kind": PEOPLE, "verb": Change.Verb.CHANGED}
    Change.objects.bulk_create(
        [Change(**said, code=one.user.username, fields=dict(part)) for one in moved for part in one.parts]
    )


def _to_change(wanted: Mapping[str, Wanted], actor: str) -> list[User]:
    """Return the people with their roles and nodes, if `actor` may change the access of every one."""
    users = list(named(wanted))
    if missing := sorted(set(wanted) - {user.username for user in users}):
        raise NotFound(f"Nobody is called {missing[0]}.", username=missing[0])
    if actor in wanted:
        raise NotOneself("Nobody changes their own access. Ask a colleague.")
    above = [user.username for user in users if user.is_superuser]
    if above and not User.objects.filter(username=actor, is_superuser=True).exists():
        raise AdministratorsAlone(f"{above[0]} is an administrator; only an administrator may change that.")
    return users


def _parts(user: User, wanted: Wanted) -> Iterator[Mapping[str, Any]]:
    profile = wanted.profile
    names = {
        name: [getattr(user, name), getattr(profile, name)]
        for name in _NAMES
        if getattr(user, name) != getattr(profile, name)
    }
    if names:
        yield names
    held: Any = user
    pairs = (
        ("roles", sorted(group.name for group in user.groups.all()), sorted(set(profile.roles))),
        ("nodes", sorted(access.node.code for access in held.node_access.all()), sorted(set(profile.nodes))),
        ("active", user.is_active, wanted.is_active),
    )
    yield from ({name: [before, after]} for name, before, after in pairs if before != after)


def _fill(one: _Moved) -> None:
    for name in _NAMES:
        setattr(one.user, name, getattr(one.wanted.profile, name))
    one.user.is_active = one.wanted.is_active


def _give_roles(moved: Sequence[_Moved]) -> None:
    through, groups = User.groups.through, dict(Group.objects.values_list("name", "id"))
    through.objects.filter(user_id__in=[one.user.id for one in moved]).delete()
    through.objects.bulk_create(
        [through(user_id=one.user.id, group_id=groups[role]) for one in moved for role in set(one.wanted.profile.roles)]
    )


def _give_nodes(moved: Sequence[_Moved], nodes: Mapping[str, int]) -> None:
    NodeAccess.objects.filter(user_id__in=[one.user.id for one in moved]).delete()
    NodeAccess.objects.bulk_create(
        [NodeAccess(user=one.user, node_id=nodes[code]) for one in moved for code in set(one.wanted.profile.nodes)]
    )


def _let_go(user_ids: Sequence[int]) -> None:
    end_every_session(user_ids=user_ids)
    PasswordLink.objects.filter(user_id__in=user_ids, used_at__isnull=True).delete()
