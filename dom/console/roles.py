"""Answers which roles exist and what each may do; `manage.py roles` writes them, at every start."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.contrib.auth.models import Group, Permission
from django.db.models import Q

from dom.kernel.transactions import in_unit_of_work


@dataclass(frozen=True, slots=True)
class Role:
    """What a role may look at and what it may change, as "app" or "app.model" names."""

    views: tuple[str, ...]
    changes: tuple[str, ...] = ()


_EVERYTHING = ("kernel", "inventory", "routing", "orders", "stores")

ROLES: Mapping[str, Role] = {
    "Merchandiser": Role(
        views=("inventory", "routing", "orders", "kernel.configversion"),
        changes=(
            "kernel.configversion", "inventory.sku", "inventory.node", "inventory.nodegroup", "inventory.channel",
            "inventory.channelquota", "inventory.stocklevel",
        ),
    ),
    "Ops": Role(
        views=_EVERYTHING,
        changes=("orders", "inventory.node", "inventory.incomingsupply", "inventory.stocklevel"),
    ),
    "Customer service": Role(
        views=("orders", "inventory.sku", "inventory.node", "inventory.stocklevel", "routing"),
        changes=("orders.order", "orders.hold", "orders.address", "orders.fulfillmentorder"),
    ),
    "Store manager": Role(views=("stores", "orders.fulfillmentorder", "inventory.stocklevel"), changes=("stores",)),
    "Store associate": Role(views=("stores", "orders.fulfillmentorder"), changes=()),
    "Auditor": Role(views=_EVERYTHING),
}  # fmt: skip


@in_unit_of_work
def ensure_roles() -> None:
    """Make every role hold exactly the permissions written here; people keep their roles. Safe to repeat."""
    for name, role in ROLES.items():
        group, _created = Group.objects.get_or_create(name=name)
        group.permissions.set([*_permissions(role.views, ("view_",)), *_permissions(role.changes, ("add_", "change_"))])


def _permissions(names: Iterable[str], verbs: tuple[str, ...]) -> list[Permission]:
    wanted = Q(pk__in=[])
    for name in names:
        app, _dot, model = name.partition(".")
        wanted |= Q(content_type__app_label=app) & (Q(content_type__model=model) if model else Q())
    spoken = Q(pk__in=[])
    for verb in verbs:
        spoken |= Q(codename__startswith=verb)
    return list(Permission.objects.filter(wanted & spoken))
