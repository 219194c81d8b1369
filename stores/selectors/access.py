"""Answers whose work a person may see: of every node, or of the nodes that the person was given."""

from typing import Any, TypeVar

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db.models import Model, QuerySet

from stores.models import NodeAccess

M = TypeVar("M", bound=Model)

#: Who has this permission is not limited to nodes; every role has it but those of a store.
SEES_EVERY_NODE = "stores.see_every_node"
_KEPT = "_allowed_nodes"


def allowed_nodes(user: AbstractBaseUser | AnonymousUser) -> frozenset[int] | None:
    """Return the ids of the nodes whose work `user` may see; None for every node.

    No statement for who sees every node; for others one, once a request: the answer stays with `user`.
    """
    if not isinstance(user, AbstractBaseUser):
        return frozenset()
    if user.has_perm(SEES_EVERY_NODE):  # type: ignore[attr-defined]  # every user of ours has permissions
        return None
    kept: frozenset[int] | None = getattr(user, _KEPT, None)
    if kept is None:
        kept = frozenset(NodeAccess.objects.filter(user_id=user.pk).values_list("node_id", flat=True))
        setattr(user, _KEPT, kept)
    return kept


def within(rows: "QuerySet[M]", user: AbstractBaseUser | AnonymousUser, field: str = "node_id") -> "QuerySet[M]":
    """Return those of `rows` whose `field` is a node that `user` may see. A row outside is as good as absent: 404."""
    allowed = allowed_nodes(user)
    if allowed is None:
        return rows
    conditions: dict[str, Any] = {f"{field}__in": allowed}
    return rows.filter(**conditions)
