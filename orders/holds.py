"""Answers which holds an order gets at intake, who owns each kind, and by when it wants attention. Pure."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from orders.addresses import faults
from orders.models import Hold
from orders.values import AskedGroup, AskedOrder

Kind = Hold.Kind

#: Groups of people as the back office names them, and how long a hold of theirs may wait.
OWNERS: Mapping[str, tuple[str, timedelta]] = {
    Kind.UNKNOWN_SKU: ("Merchandising", timedelta(hours=4)),
    Kind.ADDRESS: ("Customer service", timedelta(hours=8)),
    Kind.PAYMENT: ("Customer service", timedelta(hours=24)),
    Kind.FRAUD: ("Customer service", timedelta(hours=4)),
    Kind.DUPLICATE: ("Customer service", timedelta(hours=4)),
    Kind.LEGAL: ("Ops", timedelta(hours=24)),
    Kind.UNFILLED: ("Customer service", timedelta(hours=24)),
    Kind.ROUTING_ERROR: ("Ops", timedelta(hours=1)),
    Kind.SWAP: ("Customer service", timedelta(hours=24)),
    Kind.MANUAL: ("Customer service", timedelta(hours=24)),
}
_PAID = frozenset({"", "AUTHORIZED", "CAPTURED", "PAID"})


@dataclass(frozen=True, slots=True)
class SkuFound:
    """What the checks need of a SKU."""

    id: int
    is_active: bool
    export_controlled: bool
    tags: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Known:
    """Master data and neighbors of one asked order: SKUs by code, and a recent order that looks the same ("" none).

    From `fraud_score` on (0 harmless, 100 surely fraud) a person looks at an order first; None: nobody does.
    """

    skus: Mapping[str, SkuFound]
    country: str
    twin: str = ""
    fraud_score: int | None = None


@dataclass(frozen=True, slots=True)
class AskedHold:
    """A hold on the whole order."""

    kind: str
    reason: str


def holds_of(order: AskedOrder, known: Known) -> list[AskedHold]:
    """Return why the order has to wait for a person; none lets it be routed at once.

    Nothing is lost for being unknown: what cannot be understood waits here with an owner and a due time.
    """
    return [*_skus(order, known), *_addresses(order, known), *_payment(order), *_fraud(order, known), *_twin(known)]


def _skus(order: AskedOrder, known: Known) -> Iterator[AskedHold]:
    codes = dict.fromkeys(line.sku for line in order.routed_lines)
    strange = [code for code in codes if code not in known.skus or not known.skus[code].is_active]
    if strange:
        yield AskedHold(Kind.UNKNOWN_SKU, f"Unknown or inactive: {', '.join(strange)}"[:500])


def _addresses(order: AskedOrder, known: Known) -> Iterator[AskedHold]:
    abroad = [group for group in order.groups if group.ship_to and group.ship_to.country != known.country]
    controlled = [line.sku for line in order.routed_lines if (s := known.skus.get(line.sku)) and s.export_controlled]
    if abroad and controlled:
        yield AskedHold(Kind.LEGAL, f"Export controlled and sent abroad: {', '.join(dict.fromkeys(controlled))}"[:500])
    wrong = [(group.group_ref, words) for group in order.groups if (words := _undeliverable(group))]
    if wrong:
        # Only where an order has several parts does a part need its name.
        told = [f"Group {ref}: {words}" if len(order.groups) > 1 else words for ref, words in wrong]
        yield AskedHold(Kind.ADDRESS, "; ".join(told)[:500])


def _undeliverable(group: AskedGroup) -> str:
    place = group.ship_to
    if place is None or not group.goes_to_address:
        return ""
    return ", ".join(faults(place))


def _payment(order: AskedOrder) -> Iterator[AskedHold]:
    if order.payment_status not in _PAID:
        yield AskedHold(Kind.PAYMENT, f"The payment is {order.payment_status.lower()}")
    elif order.authorized_minor is not None and order.authorized_minor < order.total_minor:
        yield AskedHold(Kind.PAYMENT, "Less is authorized than the order costs")


def _fraud(order: AskedOrder, known: Known) -> Iterator[AskedHold]:
    score = _score(order.attributes.get("fraud_score"))
    if known.fraud_score is not None and score is not None and score >= known.fraud_score:
        yield AskedHold(Kind.FRAUD, f"Fraud score {score:g}, held from {known.fraud_score} on")


def _score(told: object) -> float | None:
    """Return the fraud score as a number, also where a channel sends it as text; None for what is no number."""
    if isinstance(told, bool) or not isinstance(told, int | float | str):
        return None
    try:
        score = float(told)
    except (ValueError, OverflowError):
        return None
    return None if math.isnan(score) else score


def _twin(known: Known) -> Iterator[AskedHold]:
    if known.twin:
        yield AskedHold(Kind.DUPLICATE, f"Looks like {known.twin}, placed minutes before")
