"""Raises what wants a person, and says who looks after it: holds and concerns alike, named by their keys.

A key is "H" and the id of a hold, or "C" and the id of a concern.
"""

from datetime import datetime

from django.db import connection

from dom.kernel.transactions import in_unit_of_work
from orders.errors import AlreadyClaimed, ConcernNotFound
from orders.locks import lock_orders
from orders.models import Concern, Hold
from orders.services.book import Happening, write_down

RAISE_CONCERNS = "orders.tasks.raise_concerns"
_LIMIT = 1_000


@in_unit_of_work
def raise_concerns(*, at: datetime, limit: int = _LIMIT) -> int:
    """Raise and end concerns as orders stand; return how many. One statement; safe beside itself and twice."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT orders_raise_concerns(%s::timestamptz, %s::int)", [at, limit])
        return int(cursor.fetchone()[0])


def find(*, key: str) -> Hold | Concern:
    """Return the open hold or concern that a key names.

    Raises:
        ConcernNotFound: it is settled already.
    """
    number = key[1:]
    if number.isascii() and number.isdigit() and len(number) < 19:
        found: Hold | Concern | None = None
        if key[0] == "H":
            found = Hold.objects.filter(id=int(number), released_at__isnull=True).first()
        elif key[0] == "C":
            found = Concern.objects.filter(id=int(number), ended_at__isnull=True).first()
        if found is not None:
            return found
    raise ConcernNotFound("This is settled already.", key=key)


@in_unit_of_work
def assign(*, key: str, assignee: str, owner: str = "", seen: str | None = None, at: datetime, actor: str) -> None:
    """Let `assignee` (a user name; "" nobody) look after what `key` names; `owner` hands it to another group.

    Raises:
        ConcernNotFound: it is settled already.
        AlreadyClaimed: somebody else than `seen` looks after it.
    """
    order_id = find(key=key).order_id
    lock_orders([order_id])
    found = find(key=key)
    if seen is not None and found.assignee != seen:
        raise AlreadyClaimed(f"{found.assignee or 'Nobody'} looks after it now.", assignee=found.assignee)
    found.assignee, found.owner = assignee, owner or found.owner
    found.save(update_fields=["assignee", "owner"])
    data = {"kind": found.kind, "assignee": assignee or found.owner, "owner": found.owner}
    write_down(happenings=[Happening(order_id, "order.assigned", actor, data=data)], at=at)


@in_unit_of_work
def settle(*, key: str, reason: str, at: datetime, actor: str) -> None:
    """End a concern because a person has dealt with it; a hold is released instead.

    Raises:
        ConcernNotFound: it is settled already, or it is a hold.
    """
    found = find(key=key)
    if not isinstance(found, Concern):
        raise ConcernNotFound("A hold is released, not settled.", key=key)
    lock_orders([found.order_id])
    Concern.objects.filter(id=found.id, ended_at__isnull=True).update(ended_at=at, ended_by=actor)
    data = {"kind": found.kind}
    write_down(happenings=[Happening(found.order_id, "order.settled", actor, reason=reason[:200], data=data)], at=at)
