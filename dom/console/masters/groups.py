"""Named sets of nodes, as merchandisers keep them."""

from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.safestring import SafeString

from dom.console.masters import cells
from dom.console.masters.form import MasterForm, Part, Row
from dom.console.masters.master import Column, Filter, Link, Master, tags
from inventory.api.feeds import NODE_GROUPS
from inventory.api.shapes import NodeGroupShape
from inventory.models import Node, NodeGroup
from inventory.selectors.group_uses import uses_of_group
from inventory.services import retire_node_group

_SHOWN = 6


class GroupForm(MasterForm):
    """A group and all its members."""

    title = "Node group"
    word = "group"
    help_text = (
        "A group is a name for several nodes. Channels sell from a group, and rules speak of groups, not of nodes."
    )
    feed = NODE_GROUPS
    parts = (
        Part("What it is", "", ("code", "name")),
        Part("Its nodes", "A change counts with the next order and the next look at availability.", ("nodes",)),
    )

    code = cells.Code("Code", "What rules, channels and partners call it. It never changes afterwards.")
    name = cells.Text("Name")
    nodes = cells.Many("Members", filtered=True)

    def prepare(self, subject: str) -> None:
        """Offer every node that is not closed, and those that are members already."""
        field: Any = self.fields["nodes"]
        rows = Node.objects.filter(~Q(status=Node.Status.CLOSED) | Q(groups__code=subject)).distinct()
        told = rows.values_list("code", "name", "city", "region")
        field.choices = [
            (code, " · ".join(filter(None, (code, name if name != code else "", city, region))))
            for code, name, city, region in sorted(told)
        ]
        super().prepare(subject)

    @classmethod
    def current(cls, subject: str) -> Row | None:
        """Return the group as the API shows it."""
        group = NodeGroup.objects.prefetch_related("nodes").filter(code=subject).first()
        return None if group is None else NodeGroupShape().to_representation(group)


def _members(group: NodeGroup) -> SafeString:
    codes = sorted(node.code for node in group.nodes.all())
    more = [f"and {len(codes) - _SHOWN} more"] if len(codes) > _SHOWN else []
    return tags([*codes[:_SHOWN], *more])


def _related(code: str) -> list[Link]:
    nodes = Node.objects.filter(groups__code=code).order_by("code")[:100]
    return [
        *(Link(f"{use.words.capitalize()} names it", use.kind, use.code) for use in uses_of_group(code)[:50]),
        *(Link(f"{node.code} · {node.name}" if node.name else node.code, "nodes", node.code) for node in nodes),
    ]


def _retiring(code: str) -> list[str]:
    uses = uses_of_group(code)
    if uses:
        return [f"It cannot be retired while {use.words} names it." for use in uses[:20]]
    return ["Nothing speaks of it. Its nodes stay as they are; who retired it stays in the record of changes."]


def _found(rows: "QuerySet[NodeGroup]", text: str) -> "QuerySet[NodeGroup]":
    return rows.filter(Q(code__istartswith=text) | Q(name__icontains=text))


MASTER = Master(
    slug="node-groups",
    words="Node groups",
    about="Names for several nodes at once, such as all stores of the west. Channels and rules speak of groups.",
    form=GroupForm,
    model=NodeGroup,
    rows=lambda: NodeGroup.objects.annotate(size=Count("nodes")).prefetch_related("nodes"),
    found=_found,
    search="Code or name",
    columns=(
        Column("Name", lambda group: group.name, by="name"),
        Column("Nodes", lambda group: str(group.size), number=True, by="size"),
        Column("Members", _members),
    ),
    filters=(
        Filter(
            "node", "Node", lambda: Node.objects.order_by("code").values_list("code", "code")[:500],
            lambda to: Q(id__in=NodeGroup.objects.filter(nodes__code=to).values("id")),
        ),
    ),
    related=_related,
    retire=retire_node_group,
    retiring=_retiring,
)  # fmt: skip
