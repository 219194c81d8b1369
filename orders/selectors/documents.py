"""Answers what an order or a fulfillment order is, whole: one statement, whatever its size."""

import json
from collections.abc import Sequence
from typing import Any

from django.db import connection

from dom.kernel.money import to_amount
from orders.errors import FulfillmentOrderNotFound, OrderNotFound
from orders.models import Order

Document = dict[str, Any]

#: What a kept answer may not carry; a read shows it to whoever may read orders.
_PERSONAL = ("name", "email", "phone", "line1", "line2", "latitude", "longitude")


def order(ref: str) -> Document:
    """Return the order with everything that belongs to it, customer and addresses included.

    Raises:
        OrderNotFound: there is none.
    """
    found = _read("orders_documents", "orders_order", ref)
    if not found:
        raise OrderNotFound(f"There is no order {ref}.", ref=ref)
    return found[0]


def currency_of(ref: str) -> str:
    """Return the currency of an order.

    Raises:
        OrderNotFound: there is none.
    """
    found = Order.objects.filter(ref=ref).values_list("currency", flat=True).first()
    if found is None:
        raise OrderNotFound(f"There is no order {ref}.", ref=ref)
    return found


def orders_by_id(ids: Sequence[int]) -> list[Document]:
    """Return orders in the order of `ids`."""
    return _in_order("orders_documents", ids)


def fulfillment_order(ref: str) -> Document:
    """Return the fulfillment order with its lines, shipments and address.

    Raises:
        FulfillmentOrderNotFound: there is none.
    """
    found = _read("orders_work_documents", "orders_fulfillment_order", ref)
    if not found:
        raise FulfillmentOrderNotFound(f"There is no fulfillment order {ref}.", ref=ref)
    return found[0]


def fulfillment_orders_by_id(ids: Sequence[int]) -> list[Document]:
    """Return fulfillment orders in the order of `ids`."""
    return _in_order("orders_work_documents", ids)


def without_personal_data(document: Document) -> Document:
    """Return the document as it may be kept: who and where are reduced to references and postal areas."""
    kept = {name: value for name, value in document.items() if name != "pickup_person"}
    for name in ("customer", "ship_to"):
        if kept.get(name):
            kept[name] = {key: value for key, value in kept[name].items() if key not in _PERSONAL}
    for name in ("groups", "fulfillment_orders"):
        if name in kept:
            kept[name] = [without_personal_data(part) for part in kept[name]]
    return kept


def _read(function: str, table: str, ref: str) -> list[Document]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT d.doc FROM {function}(ARRAY(SELECT t.id FROM {table} t WHERE t.ref = %s)) d", [ref])
        return [_priced(json.loads(text)) for (text,) in cursor.fetchall()]


def _in_order(function: str, ids: Sequence[int]) -> list[Document]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id, doc FROM {function}(%s::bigint[])", [list(ids)])
        by_id = {id_: _priced(json.loads(text)) for id_, text in cursor.fetchall()}
    return [by_id[id_] for id_ in ids if id_ in by_id]


def _priced(document: Document) -> Document:
    """Return the document with each `…_minor` as money {amount, currency}."""
    return dict(_money(document, document["currency"]))


def _money(value: Any, currency: str) -> Any:
    if isinstance(value, list):
        return [_money(part, currency) for part in value]
    if not isinstance(value, dict):
        return value
    shown = {}
    for name, part in value.items():
        if name.endswith("_minor"):
            shown[name.removesuffix("_minor")] = {"amount": to_amount(part, currency), "currency": currency}
        else:
            shown[name] = part if name == "attributes" else _money(part, currency)
    return shown
