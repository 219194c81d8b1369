"""Answers which nodes a person may mean by a few characters."""

from collections.abc import Sequence

from django.db.models import Q

from inventory.models import Node


def find_nodes(text: str, *, limit: int) -> Sequence[Node]:
    """Return at most `limit` nodes whose code, name or city holds `text`; a network has hundreds."""
    meant = Q(code__icontains=text) | Q(name__icontains=text) | Q(city__icontains=text)
    return list(Node.objects.filter(meant).order_by("code")[:limit])
