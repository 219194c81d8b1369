"""Answers which kept views a person has of a list: their own, and those shared with their roles."""

from collections.abc import Collection

from django.db.models import Q

from orders.models import SavedView


def views_of(of: str, *, owner: str, roles: Collection[str]) -> list[SavedView]:
    """Return own and shared views by name; one statement."""
    mine = Q(owner=owner) | Q(role__in=list(roles))
    return list(SavedView.objects.filter(mine, of=of).order_by("name", "id"))


def default_query(views: Collection[SavedView], *, owner: str) -> str:
    """Return the query of the owner's default view; "" without one."""
    return next((view.query for view in views if view.owner == owner and view.is_default), "")
