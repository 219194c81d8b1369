"""Answers what is left of each means of payment of an order: to capture, and to give back. Pure."""

from dataclasses import dataclass

from orders.models import PaymentEntry

Kind = PaymentEntry.Kind


@dataclass(slots=True)
class Tender:
    """What a customer gave by one means of payment, in minor units of the order's currency."""

    name: str
    authorized: int = 0
    captured: int = 0
    refunded: int = 0

    @property
    def refundable(self) -> int:
        """What was taken and not given back."""
        return self.captured - self.refunded

    @property
    def waivable(self) -> int:
        """What is promised and not taken yet."""
        return self.authorized - self.captured


def tenders(entries: list[tuple[str, str, int]]) -> list[Tender]:
    """Return each tender's sums from (tender, kind, minor units), in the order they first appear. Pure."""
    found: dict[str, Tender] = {}
    signs: dict[str, tuple[str, int]] = {
        Kind.AUTHORIZE: ("authorized", 1), Kind.ADJUST: ("authorized", 1), Kind.VOID: ("authorized", -1),
        Kind.CAPTURE: ("captured", 1), Kind.REFUND: ("refunded", 1),
    }  # fmt: skip
    for name, kind, amount in entries:
        tender = found.setdefault(name, Tender(name))
        attribute, sign = signs[kind]
        setattr(tender, attribute, getattr(tender, attribute) + sign * amount)
    return list(found.values())
