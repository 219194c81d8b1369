"""Answers which addresses the pages benchmark asks for: pages of the back office, searches, lists of the API."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from django.urls import reverse
from django.urls.resolvers import RoutePattern

from dom.console import urls
from dom.console.views.documents import FormerPage
from inventory.models import Node, Sku
from orders.models import CustomerContact, FulfillmentOrder, Order, Package
from orders.selectors.lists import DUE_VIEWS, VIEWS


class Case(NamedTuple):
    """One address, and who asks: ADMIN and MANAGER with a session, PARTNER with a key."""

    name: str
    path: str
    who: str = "ADMIN"


def cases() -> Iterator[Case]:
    """Yield what is measured, for the data that is there."""
    known = _known()
    yield from _pages(known)
    yield from (Case(f"orders, view {view}", f"/orders/?view={view}") for view in VIEWS)
    yield from _sorted(known["sku"])
    yield from _searches()
    yield Case("orders, page 1,000 deep", f"/orders/?before={Order.objects.order_by('-id')[0].id - 50_000}")
    node = known["code"]
    yield Case("work of a node", f"/fulfillment-orders/?node={node}&status=ACCEPTED")
    yield Case("work that was shipped", "/fulfillment-orders/?status=SHIPPED")
    yield Case("work that was rejected at a node", f"/fulfillment-orders/?node={node}&status=REJECTED")
    yield from _api(known)
    yield from _of_three_nodes(known)


def three_nodes() -> list[str]:
    """Return the nodes of the store manager who asks: a distribution center, where most is, and two stores."""
    codes = {kind: Node.objects.filter(kind=kind).order_by("code").values_list("code", flat=True)
             for kind in ("DC", "STORE")}  # fmt: skip
    return [*codes["DC"][:1], *codes["STORE"][:2]]


def _of_three_nodes(known: Mapping[str, str]) -> Iterator[Case]:
    """Yield what somebody opens who sees three nodes of two hundred."""
    store = three_nodes()[1]
    ref = FulfillmentOrder.objects.filter(node__code=store).order_by("-id")[0].order.ref
    for what, path in (
        ("today", "/"),
        ("orders", "/orders/"),
        *((f"orders, view {view}", f"/orders/?view={view}") for view in VIEWS),
        ("an order", f"/orders/{ref}/"),
        ("orders by a name that nobody has", "/orders/?q=zzqx-nothing"),
        ("the workbench", reverse("console:workbench")),
        ("work", "/fulfillment-orders/"),
        ("work that was shipped", "/fulfillment-orders/?status=SHIPPED"),
        ("work of a store", f"/fulfillment-orders/?node={store}"),
        ("a popular SKU", reverse("console:sku", kwargs={"sku": known["sku"]})),
        ("the stock", reverse("console:stock")),
        ("the nodes", reverse("console:nodes")),
        ("a store", reverse("console:node", kwargs={"code": store})),
        ("counts", reverse("console:counts")),
        ("transfers", reverse("console:transfers")),
        ("supply", reverse("console:supplies")),
        ("movements of a popular SKU", reverse("console:sku-movements", kwargs={"sku": known["sku"]})),
        ("reservations of a popular SKU", reverse("console:sku-reservations", kwargs={"sku": known["sku"]})),
    ):
        yield Case(f"three nodes: {what}", path, who="MANAGER")


def _known() -> Mapping[str, str]:
    """Return what stands for each name that an address may hold: an order that is worked on, a popular SKU, a DC."""
    order = Order.objects.filter(status="IN_PROGRESS").order_by("-id")[10]
    sku = Sku.objects.filter(is_active=True).order_by("id")[3]
    node = Node.objects.filter(kind="DC").order_by("code")[0]
    return {"ref": order.ref, "sku": sku.code, "code": node.code, "node": node.code}


def _pages(known: Mapping[str, str]) -> Iterator[Case]:
    """Yield every page whose address holds nothing but what is known; the others take a form or a document's name."""
    for pattern in urls.urlpatterns:
        wanted = pattern.pattern.converters
        view = getattr(pattern.callback, "view_class", None)
        is_page = isinstance(pattern.pattern, RoutePattern) and hasattr(view, "get") and view is not FormerPage
        # The shop has orders to refer to, but no counts, transfers, jobs or endpoints.
        if is_page and set(wanted) <= set(known) and ("ref" not in wanted or pattern.name == "order"):
            path = reverse(f"console:{pattern.name}", kwargs={name: known[name] for name in wanted})
            yield Case(f"page {pattern.name}", path)


def _sorted(sku: str) -> Iterator[Case]:
    """Yield long lists in every order that they offer, either way."""
    lists = (
        *((f"orders, view {view}", f"/orders/?view={view}", ("age", "total")) for view in VIEWS),
        *((f"orders, view {view}", f"/orders/?view={view}", ("due",)) for view in sorted(DUE_VIEWS)),
        ("orders that are planned", "/orders/?status=PLANNED", ("age", "total")),
        *((f"work, view {view}", f"/fulfillment-orders/?view={view}", ("age", "due")) for view in ("open", "late")),
        ("work that nobody has begun", "/fulfillment-orders/?status=PLANNED", ("age", "due")),
        ("all work", "/fulfillment-orders/?view=all", ("age",)),
        ("stock", "/stock/?", ("added", "sku", "name")),
        ("what is low", "/stock/?view=low", ("added", "low")),
        ("what is set aside", "/stock/?view=unsellable", ("added", "unsellable")),
        ("SKUs", "/master/skus/?", ("code",)),
        ("supply", "/supply/?", ("announced", "expected")),
        ("movements of a popular SKU", f"{reverse('console:sku-movements', kwargs={'sku': sku})}?", ("units", "node")),
    )
    for name, path, sorts in lists:
        yield from (
            Case(f"{name} by {sign}{sort}", f"{path}&sort={sign}{sort}") for sort in sorts for sign in ("", "-")
        )


def _searches() -> Iterator[Case]:
    order = Order.objects.select_related("customer").order_by("-id")[5_000]
    old = Order.objects.order_by("id")[1_000]
    box = Package.objects.exclude(tracking_number="").order_by("id")[2_000]
    work = FulfillmentOrder.objects.order_by("id")[3_000]
    person = CustomerContact.objects.get(id=order.customer_id or 0)
    first, _space, last = person.name.partition(" ")
    for what, text in (
        ("a reference", order.ref),
        ("an old reference in lower case", old.ref.lower()),
        ("the channel's reference", order.external_ref),
        ("work", work.ref),
        ("a tracking number", box.tracking_number),
        ("a customer's number", person.external_ref),
        ("an e-mail address", person.email),
        ("a part of an e-mail address", person.email.partition("@")[0]),
        ("a phone number", person.phone),
        ("the end of a phone number", person.phone[-7:]),
        ("a name", person.name),
        ("a first name that thousands have", first),
        ("a last name that thousands have", last),
        ("a part of a name", person.name[2:9]),
        ("a popular SKU", "SKU-000004"),
        ("a rare SKU", Sku.objects.order_by("-id")[0].code),
        ("something that is not there", "zzqx-nothing"),
        ("two letters", "an"),
    ):
        yield Case(f"search orders by {what}", f"/orders/?q={text.replace('+', '%2B').replace(' ', '+')}")


def _api(known: Mapping[str, str]) -> Iterator[Case]:
    order = Order.objects.get(ref=known["ref"])
    for path in (
        "orders",
        "orders?status=SHIPPED",
        "orders?status=HELD",
        "orders?channel=web",
        "orders?channel=web&status=BACKORDERED",
        f"orders?external_ref={order.external_ref}",
        "orders?customer=C-4711",
        f"orders?placed_from={order.placed_at:%Y-%m-%dT%H:%M:%SZ}",
        "orders?placed_until=2020-01-01T00:00:00Z",
        f"orders/{order.ref}",
        "fulfillment-orders",
        f"fulfillment-orders?node={known['code']}",
        f"fulfillment-orders?node={known['code']}&status=RELEASED",
        "fulfillment-orders?status=PLANNED",
        "skus",
        "skus?tag=slow",
        f"skus?code={known['sku']}",
        "stock",
        f"stock?node={known['code']}",
        f"stock?sku={known['sku']}",
        "incoming-supply",
        "nodes",
        "events?after=0",
        "events?after=3000000",
        f"availability/explain?sku={known['sku']}&channel=web",
    ):
        name, _mark, query = path.partition("?")
        shown = "".join(f" by {part.partition('=')[0]}" for part in query.split("&") if part)
        yield Case(f"GET {name.replace(order.ref, '{ref}')}{shown}", f"/api/v1/{path}", who="PARTNER")
