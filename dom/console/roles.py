"""Answers which roles exist and what each may do; `manage.py roles` writes them, at every start."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.contrib.auth.models import Group, Permission
from django.db.models import Q

from dom.kernel.transactions import in_unit_of_work


@dataclass(frozen=True, slots=True)
class Role:
    """What a role may look at and what it may change, as "app" or "app.model" names.

    Who is not `everywhere` sees the work of the nodes alone that the person was given (stores.selectors.access).
    """

    words: str
    views: tuple[str, ...] = ()
    changes: tuple[str, ...] = ()
    everywhere: bool = True


_EVERYTHING = ("kernel", "inventory", "routing", "orders", "stores")

ROLES: Mapping[str, Role] = {
    "Merchandiser": Role(
        "Rules, safety stock, catalog and channels; sees why orders go where they go, decides on swaps",
        views=("inventory", "routing", "orders", "kernel.configversion", "kernel.change"),
        changes=(
            "kernel.configversion", "inventory.sku", "inventory.node", "inventory.nodegroup", "inventory.channel",
            "inventory.channelquota", "inventory.stocklevel", "inventory.transfer", "inventory.countsession",
            "orders.hold",
        ),
    ),
    "Ops": Role(
        "Runs the day: orders, nodes, stock and what is stuck",
        views=_EVERYTHING,
        changes=(
            "orders", "inventory.node", "inventory.incomingsupply", "inventory.stocklevel", "inventory.transfer",
            "inventory.countsession", "inventory.repair", "kernel.apiclient", "kernel.webhookendpoint", "kernel.job",
        ),
    ),
    "Customer service": Role(
        "Answers customers: finds orders, says what happened, puts right what is wrong",
        views=(
            "orders", "inventory.sku", "inventory.node", "inventory.stocklevel", "inventory.transfer",
            "inventory.incomingsupply", "inventory.countsession", "routing",
        ),
        changes=("orders.order", "orders.hold", "orders.address", "orders.fulfillmentorder"),
    ),
    "Store manager": Role(
        "Looks after the work and the stock of the nodes that the person was given",
        views=(
            "stores", "orders.order", "orders.fulfillmentorder", "inventory.node", "inventory.stocklevel",
            "inventory.transfer", "inventory.incomingsupply", "inventory.countsession",
        ),
        changes=(
            "stores", "inventory.stocklevel", "inventory.transfer", "inventory.incomingsupply",
            "inventory.countsession",
        ),
        everywhere=False,
    ),
    "Store associate": Role(
        "Works the queue of the nodes that the person was given",
        views=("stores", "orders.fulfillmentorder"),
        everywhere=False,
    ),
    "Partner": Role("Reads the API's pages; works through API keys alone"),
    "Auditor": Role("Sees everything and changes nothing", views=(*_EVERYTHING, "auth")),
    "People manager": Role(
        "Adds people, gives roles and nodes, ends sessions", views=("auth", "inventory.node"), changes=("auth.user",)
    ),
}  # fmt: skip


@in_unit_of_work
def ensure_roles() -> None:
    """Make every role hold exactly the permissions written here; people keep their roles. Safe to repeat."""
    for name, role in ROLES.items():
        group, _created = Group.objects.get_or_create(name=name)
        group.permissions.set(
            [
                *_permissions(role.views, ("view_",)),
                *_permissions(role.changes, ("add_", "change_")),
                *_permissions(("stores",) if role.everywhere else (), ("see_every_node",)),
            ]
        )


def _permissions(names: Iterable[str], verbs: tuple[str, ...]) -> list[Permission]:
    wanted = Q(pk__in=[])
    for name in names:
        app, _dot, model = name.partition(".")
        wanted |= Q(content_type__app_label=app) & (Q(content_type__model=model) if model else Q())
    spoken = Q(pk__in=[])
    for verb in verbs:
        spoken |= Q(codename__startswith=verb)
    return list(Permission.objects.filter(wanted & spoken))
