"""Answers which transfers there are and where each stands."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db.models import F, Q, QuerySet, Sum

from dom.kernel.errors import NotFound
from inventory.models import Transfer, TransferEntry

_S = Transfer.Status
#: The lists of transfers; each is a name, what it shows, and its states.
VIEWS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "open": ("Open", (_S.REQUESTED, _S.APPROVED, _S.PARTLY_SHIPPED, _S.IN_TRANSIT, _S.PARTLY_RECEIVED)),
    "approve": ("To approve", (_S.REQUESTED,)),
    "send": ("To send", (_S.APPROVED, _S.PARTLY_SHIPPED)),
    "way": ("On the way", (_S.PARTLY_SHIPPED, _S.IN_TRANSIT, _S.PARTLY_RECEIVED)),
    "late": ("Late", (_S.APPROVED, _S.PARTLY_SHIPPED, _S.IN_TRANSIT, _S.PARTLY_RECEIVED)),
    "ended": ("Ended", (_S.RECEIVED, _S.REJECTED, _S.CANCELLED)),
}


def transfers(*, view: str = "open", node: str = "", search: str = "", at: datetime) -> "QuerySet[Transfer]":
    """Return transfers with their sums of units, latest first; `node` sends or receives them."""
    rows = Transfer.objects.select_related("from_node", "to_node").order_by("-id")
    rows = rows.annotate(
        requested=Sum("lines__requested"),
        in_transit=Sum(F("lines__shipped") - F("lines__received") - F("lines__written_off")),
    )
    if search:
        return rows.filter(ref=search.strip().upper())
    rows = rows.filter(status__in=VIEWS.get(view, VIEWS["open"])[1])
    if view == "late":
        rows = rows.filter(expected_at__lt=at)
    return rows.filter(Q(from_node__code=node) | Q(to_node__code=node)) if node else rows


def transfer_by_ref(ref: str) -> Transfer:
    """Return one transfer with its nodes.

    Raises:
        NotFound: there is none.
    """
    found = Transfer.objects.select_related("from_node", "to_node").filter(ref=ref).first()
    if found is None:
        raise NotFound(f"There is no transfer {ref[:64]}.", ref=ref[:64])
    return found


def entries(transfer: Transfer) -> "QuerySet[TransferEntry]":
    """Return everything that happened to a transfer's units, latest first."""
    return TransferEntry.objects.filter(line__transfer=transfer).select_related("line__sku").order_by("-id")


def transfers_among(refs: Sequence[str]) -> set[str]:
    """Return those of `refs` that are transfers. One statement."""
    return set(Transfer.objects.filter(ref__in=set(refs)).values_list("ref", flat=True))
