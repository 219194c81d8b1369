"""Gives people their nodes."""

from collections.abc import Collection
from datetime import datetime

from dom.kernel.models import Change
from dom.kernel.transactions import in_unit_of_work
from inventory.models import Node
from stores.errors import UnknownNodes
from stores.models import NodeAccess

#: Under this kind and a person's username stand the changes of a person (dom.kernel.changes).
PEOPLE = "people"


@in_unit_of_work
def set_nodes(*, user_id: int, username: str, node_codes: Collection[str], at: datetime, actor: str) -> bool:
    """Let the person work exactly the nodes named, and write down from which to which; return whether that differs.

    Raises:
        UnknownNodes: no node has one of the codes; nothing has changed.
    """
    wanted = dict(Node.objects.filter(code__in=node_codes).values_list("code", "id"))
    if unknown := sorted(set(node_codes) - set(wanted)):
        raise UnknownNodes(f"No node is called {', '.join(unknown)}.", nodes=unknown)
    before = sorted(NodeAccess.objects.filter(user_id=user_id).values_list("node__code", flat=True))
    if before == sorted(wanted):
        return False
    NodeAccess.objects.filter(user_id=user_id).exclude(node_id__in=wanted.values()).delete()
    NodeAccess.objects.bulk_create(
        [NodeAccess(user_id=user_id, node_id=node_id) for node_id in wanted.values()], ignore_conflicts=True
    )
    Change.objects.create(
        at=at, actor=actor, kind=PEOPLE, code=username, verb=Change.Verb.CHANGED,
        fields={"nodes": [before, sorted(wanted)]},
    )  # fmt: skip
    return True
