"""Answers which nodes a person may mean by a few characters."""

from collections.abc import Collection, Sequence

from django.db.models import Q

from inventory.models import Node


def find_nodes(text: str, *, limit: int, among: Collection[int] | None = None) -> Sequence[Node]:
    """Return at most `limit` nodes whose code, name or city holds `text`; a network has hundreds.

    `among` are the ids of the nodes that may be found, None for all.
    """
    meant = Q(code__icontains=text) | Q(name__icontains=text) | Q(city__icontains=text)
    rows = Node.objects.filter(meant)
    return list((rows if among is None else rows.filter(id__in=among)).order_by("code")[:limit])
