"""Answers which orders a person means who types a few characters into the search."""

from django.db import connection

#: So many orders are shown at most; who wants others types more.
MOST = 200
#: The newest orders, from which is told whether many hold a word or few.
_WINDOW = 2_000
_LONGEST = 128


def searched(text: str) -> list[int]:
    """Return the newest orders that `text` names, at most MOST, by id, newest first.

    Found are references of orders (their beginning, in any case), of channels, of work and shipments, tracking numbers,
    customers' numbers and SKUs as a whole, and any part of a customer's name, e-mail address or phone number, where
    words may have others between them. Fewer than three characters find whole references only. One statement.
    """
    words = " ".join(text.replace("\0", "").split())[:_LONGEST]
    if not words:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT orders_search(%s, %s, %s) AS id ORDER BY id DESC LIMIT %s", [words, MOST, _WINDOW, MOST]
        )
        return [order_id for (order_id,) in cursor.fetchall()]
