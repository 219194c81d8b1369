"""Gives a customer something back within the limit of the person who gives it."""

from collections.abc import Sequence
from datetime import datetime

from django import forms

from dom.console.acting import ActionForm
from dom.kernel.money import to_amount, to_minor
from orders.errors import AppeasementRefused, OrderNotFound
from orders.limits import limit_minor
from orders.models import Order
from orders.selectors.limits import appeasement_limits
from orders.services.appeasing import appease, given_before


class AppeaseForm(ActionForm):
    """How much, and why."""

    title = "Appease the customer"
    submit = "Give it"
    foresees = True

    amount = forms.DecimalField(label="Amount", min_value=0, decimal_places=4, max_digits=14)
    reason = forms.CharField(
        label="Why", max_length=200, help_text="It stands in the order's history. Name no customer."
    )

    def prepare(self, subject: str) -> None:
        """Say what this person may still give."""
        order = Order.objects.filter(ref=subject).first()
        if order is None:
            raise OrderNotFound(f"There is no order {subject}.", ref=subject)
        self.order = order
        self.limit = limit_minor(appeasement_limits(), self._roles(), self.order.currency)
        self.given = given_before(order_id=self.order.id)
        left = max(0, self.limit - self.given)
        self.fields["amount"].label = f"Amount in {self.order.currency}"
        self.fields["amount"].help_text = f"You may give up to {self._money(left)} on this order."

    def _roles(self) -> Sequence[str] | None:
        """Return the person's roles; None is everybody's, for a superuser."""
        return None if self.person.is_superuser else list(self.person.groups.values_list("name", flat=True))

    def _money(self, minor: int) -> str:
        return f"{to_amount(minor, self.order.currency)} {self.order.currency}"

    def _minor(self) -> int:
        try:
            return to_minor(str(self.cleaned_data["amount"]), self.order.currency)
        except ValueError as wrong:
            raise AppeasementRefused(str(wrong)) from wrong

    def foresee(self, subject: str, *, at: datetime) -> Sequence[str]:
        """Say what the customer gets and what may be given after that."""
        amount = self._minor()
        if self.given + amount > self.limit:
            raise AppeasementRefused(f"You may give {self._money(max(0, self.limit - self.given))} more on this order.")
        return [
            f"The customer gets {self._money(amount)}: refunded where it was captured, else it is not captured.",
            f"After that you may give {self._money(self.limit - self.given - amount)} more on this order.",
        ]

    def carry_out(self, subject: str, *, at: datetime, actor: str) -> str:
        """Give it; return what happened, in words."""
        amount = self._minor()
        appease(
            order_ref=subject, amount_minor=amount, limit_minor=self.limit, reason=self.cleaned_data["reason"], at=at,
            actor=actor,
        )  # fmt: skip
        return f"{self._money(amount)} are given back."
