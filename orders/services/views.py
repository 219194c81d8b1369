"""Keeps the ways in which people look at lists."""

from collections.abc import Collection
from datetime import datetime

from dom.kernel.errors import NotFound
from dom.kernel.transactions import in_unit_of_work
from orders.errors import ViewRefused
from orders.models import SavedView


@in_unit_of_work
def save_view(
    *, of: str, name: str, owner: str, query: str, role: str = "", roles: Collection[str] = (),
    is_default: bool = False, at: datetime,
) -> SavedView:  # fmt: skip
    """Keep `query` (an address's query string) under `name`, in the place of an own view of that name.

    `role` shares it with everybody of a role; the owner has to have it (`roles`). One of a person's views of a list is
    the default.

    Raises:
        ViewRefused: the name is empty, or the role is not the owner's.
    """
    _refuse(name, role, roles)
    if is_default:
        SavedView.objects.filter(of=of, owner=owner).update(is_default=False)
    saved, _created = SavedView.objects.update_or_create(
        of=of, name=name.strip()[:60], owner=owner,
        defaults={"query": query[:1000], "role": role, "is_default": is_default, "created_at": at},
    )  # fmt: skip
    return saved


@in_unit_of_work
def change_view(
    *, view_id: int, name: str, owner: str, role: str = "", roles: Collection[str] = (), is_default: bool = False
) -> SavedView:
    """Name an own view anew, share it with a role of the owner's or with nobody, let the list open with it or not.

    Raises:
        NotFound: it is not there, or somebody else's.
        ViewRefused: the name is empty or another own view's, or the role is not the owner's.
    """
    _refuse(name, role, roles)
    view = _own(view_id, owner)
    others = SavedView.objects.filter(of=view.of, owner=owner).exclude(id=view.id)
    view.name, view.role, view.is_default = name.strip()[:60], role, is_default
    if others.filter(name=view.name).exists():
        raise ViewRefused(f"Another view of yours is called “{view.name}”.", name=view.name)
    if is_default:
        others.update(is_default=False)
    view.save(update_fields=["name", "role", "is_default"])
    return view


@in_unit_of_work
def remove_view(*, view_id: int, owner: str) -> SavedView:
    """Forget an own view and return what it was; whoever it was shared with loses it too.

    Raises:
        NotFound: it is not there, or somebody else's.
    """
    view = _own(view_id, owner)
    view.delete()
    return view


def _own(view_id: int, owner: str) -> SavedView:
    view = SavedView.objects.filter(id=view_id, owner=owner).first()
    if view is None:
        raise NotFound("There is no such view of yours.", view=view_id)
    return view


def _refuse(name: str, role: str, roles: Collection[str]) -> None:
    if not name.strip():
        raise ViewRefused("A view has a name.")
    if role and role not in roles:
        raise ViewRefused(f"You are not {role}; share it with a role of yours.", role=role)
