"""Answers what the palette shows for a few characters: pages, actions, orders, SKUs, nodes; what one may see alone."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse

from dom.console import shell
from inventory.selectors import stock_lists
from inventory.selectors.finding import find_nodes
from orders.models import Order
from orders.selectors.finding import find_orders
from stores.selectors.access import allowed_nodes

#: So many of each kind; who wants more opens the list.
_EACH = 6
_LONGEST = 128


@dataclass(frozen=True, slots=True)
class Find:
    """One line of the palette; `code` is the other name by which the thing is known."""

    kind: str
    title: str
    note: str
    icon: str
    url: str
    code: str = ""


def find(text: str, request: HttpRequest) -> Sequence[Find]:
    """Return what `text` may mean, the thing of exactly this name first; all pages where nothing is typed."""
    words = text.replace("\0", "").strip()[:_LONGEST]
    things = [*_orders(words, request), *_skus(words, request), *_nodes(words, request)] if words else []
    exact = [thing for thing in things if words.lower() in {thing.title.lower(), thing.code.lower()}]
    return [*exact, *_pages(words, request), *_actions(words, request), *(one for one in things if one not in exact)]


def _pages(words: str, request: HttpRequest) -> Iterator[Find]:
    for group in shell.menu():
        for place in group.places:
            if words.lower() in f"{place.title} {group.title}".lower() and place.is_open_to(request.user):
                yield Find("Page", place.title, group.title, place.icon, place.link)


def _actions(words: str, request: HttpRequest) -> Iterator[Find]:
    for title, icon, url, permission in shell.ACTIONS:
        if words and words.lower() in title.lower() and request.user.has_perm(permission):
            yield Find("Action", title, "", icon, reverse(url))


def _orders(words: str, request: HttpRequest) -> Iterator[Find]:
    if not request.user.has_perm("orders.view_order"):
        return
    for one in find_orders(words, limit=_EACH, node_ids=allowed_nodes(request.user)):
        note = f"{Order.Status(one.status).label} · {one.how}"
        yield Find("Order", one.external_ref, note, "receipt_long", reverse("console:order", args=[one.ref]), one.ref)


def _skus(words: str, request: HttpRequest) -> Iterator[Find]:
    if not request.user.has_perm("inventory.view_stocklevel"):
        return
    for sku in stock_lists.skus(search=words)[:_EACH]:
        url = reverse("console:sku", args=[sku.code])
        yield Find("SKU", sku.name or sku.code, sku.code, "inventory_2", url, sku.code)


def _nodes(words: str, request: HttpRequest) -> Iterator[Find]:
    if not request.user.has_perm("inventory.view_node"):
        return
    allowed = allowed_nodes(request.user)
    for node in find_nodes(words, limit=_EACH, among=allowed):
        where = ", ".join(part for part in (node.city, node.region) if part)
        url = reverse("console:node", args=[node.code])
        yield Find(
            "Node",
            node.name or node.code,
            f"{node.code} · {node.get_kind_display()} · {where}",
            "warehouse",
            url,
            node.code,
        )
