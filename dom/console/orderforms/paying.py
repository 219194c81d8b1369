"""Writes down by hand what happened to an order's money at the provider: nothing is asked of a provider by it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms

from dom.console.acting import ActionForm
from dom.kernel.money import to_amount, to_minor
from orders.errors import PaymentRefused
from orders.models import PaymentEntry
from orders.selectors.story import Story, story
from orders.services.paying import Payment, record_payment, shipment_room
from orders.tenders import Tender, tenders

Kind = PaymentEntry.Kind
_KINDS = [(kind.value, kind.label) for kind in (Kind.AUTHORIZE, Kind.CAPTURE, Kind.VOID, Kind.REFUND)]
#: What each kind does to money, once it is written down.
_WORDS = {
    Kind.AUTHORIZE: "{amount} of {tender} may be taken",
    Kind.CAPTURE: "{amount} was taken of {tender}",
    Kind.VOID: "{amount} of {tender} will not be taken",
    Kind.REFUND: "{amount} was given back to {tender}",
}


class PaymentForm(ActionForm):
    """What happened to which money, and for which shipment."""

    title = "Record a payment"
    help_text = "Writes down what the provider has done already; nothing is asked of it, and no money moves by this."
    submit = "Write it down"
    foresees = True

    kind = forms.ChoiceField(label="What happened", choices=_KINDS)
    amount = forms.DecimalField(label="Amount", min_value=0, decimal_places=4, max_digits=14)
    tender = forms.ChoiceField(label="Means of payment", required=False)
    named = forms.CharField(
        label="Another means of payment",
        max_length=32,
        required=False,
        help_text="Such as gift-card; no number.",
    )
    shipment = forms.ChoiceField(label="For the shipment", required=False)
    reference = forms.CharField(
        label="The provider's number", max_length=128, required=False, help_text="Of the transaction; no card number."
    )
    reason = forms.CharField(
        label="Why by hand", max_length=200, required=False, help_text="It stands in the record. Name no customer."
    )

    def prepare(self, subject: str) -> None:
        """Offer the means of payment and the shipments, each with what is left of it."""
        self.told: Story = story(subject)
        known = self._known()
        field: Any = self.fields["tender"]
        field.choices = [*((one.name, one.name) for one in known), ("", "Another, named below")]
        field.initial = known[0].name if known else ""
        field.help_text = " ".join(f"{one.name}: {self._room(one)}." for one in known)
        self._offer_shipments()
        self.fields["amount"].label = f"Amount in {self.told.order.currency}"

    def foresee(self, subject: str, *, at: datetime) -> Sequence[str]:
        """Say what will stand in the book, and what is left of the means of payment then."""
        del subject, at
        payment = self._payment()
        words = _WORDS[Kind(payment.kind)].format(amount=self._money(payment.amount_minor), tender=payment.tender)
        entries = [(one.tender, one.kind, one.amount_minor) for one in self.told.payments]
        after = tenders([*entries, (payment.tender, payment.kind, payment.amount_minor)])
        mine = next(one for one in after if one.name == payment.tender)
        if min(mine.waivable, mine.refundable) < 0:
            raise PaymentRefused(f"Of {payment.tender} there is only {self._room(self._tender(payment.tender))}.")
        return [
            f"{words}{f', for {payment.shipment}' if payment.shipment else ''}.",
            f"Then there is {self._room(mine)} of {payment.tender}.",
        ]

    def carry_out(self, subject: str, *, at: datetime, actor: str) -> str:
        """Write it down; return what happened, in words."""
        payment = self._payment()
        record_payment(order_ref=subject, payment=payment, at=at, actor=actor)
        words = _WORDS[Kind(payment.kind)].format(amount=self._money(payment.amount_minor), tender=payment.tender)
        return f"It is written down: {words}."

    def _payment(self) -> Payment:
        asked, currency = self.cleaned_data, self.told.order.currency
        tender = asked["named"].strip() or asked["tender"]
        if not tender:
            raise PaymentRefused("Name the means of payment.")
        try:
            minor = to_minor(format(asked["amount"], "f"), currency)
        except ValueError as wrong:
            raise PaymentRefused(str(wrong)) from wrong
        return Payment(asked["kind"], minor, tender, asked["reference"], asked["shipment"])

    def _known(self) -> list[Tender]:
        return tenders([(one.tender, one.kind, one.amount_minor) for one in self.told.payments])

    def _tender(self, name: str) -> Tender:
        return next((one for one in self._known() if one.name == name), Tender(name))

    def _room(self, tender: Tender) -> str:
        return f"{self._money(tender.waivable)} left to capture, {self._money(tender.refundable)} to refund"

    def _offer_shipments(self) -> None:
        field: Any = self.fields["shipment"]
        rooms = [(one, work.node.name or work.node.code, shipment_room(shipment=one)) for one, work in self.told.shares]
        field.choices = [("", "None"), *((one.ref, f"{one.ref} from {node}") for one, node, _ in rooms)]
        field.help_text = " ".join(
            f"{one.ref}: {self._money(room.capturable)} left to capture, {self._money(room.refundable)} to refund."
            for one, _, room in rooms
        )

    def _money(self, minor: int) -> str:
        return f"{to_amount(minor, self.told.order.currency)} {self.told.order.currency}"
