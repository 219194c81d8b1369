"""Changes where an order goes, with a suggestion where its parts do not fit together."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms

from dom.console.seeing import SeenForm, last_change
from orders.addresses import faults
from orders.errors import OrderInvalid
from orders.models import FulfillmentGroup
from orders.selectors.postal import located, suggestion
from orders.services.case import open_order
from orders.services.changes import change_address
from orders.values import TO_ADDRESS, Place

_PARTS = ("name", "line1", "line2", "city", "region", "postal_code", "country")


class AddressForm(SeenForm):
    """Where the parcels shall go."""

    title = "Change the address"
    help_text = "What no node has begun is planned again for the new address; the rest cannot be sent elsewhere."
    submit = "Change the address"
    panel_template = "console/suggested.html"

    group = forms.ChoiceField(label="Which parcels", required=False)
    name = forms.CharField(max_length=200)
    line1 = forms.CharField(label="Street", max_length=200)
    line2 = forms.CharField(label="Second line", max_length=200, required=False)
    city = forms.CharField(max_length=100)
    region = forms.CharField(label="State or region", max_length=32, required=False)
    postal_code = forms.CharField(label="Postal code", max_length=16)
    country = forms.RegexField(r"^[A-Z]{2}$", label="Country", help_text="Two capital letters, such as US.")

    suggested: Place | None = None

    def prepare(self, subject: str) -> None:
        """Fill in the address of today, and what we know of its place."""
        groups = _groups(subject)
        field = self.fields["group"]
        field.choices = [("", "All of them"), *((g.group_ref, f"Group {g.group_ref}") for g in groups)]  # type: ignore[attr-defined]  # a choice field
        if len(groups) < 2:
            field.widget = forms.HiddenInput()
        if groups:
            self.suggested = suggestion(groups[0])
        self.begin(subject)

    def now(self, subject: str) -> Mapping[str, Any]:
        """Return the address of the first parcels: the one that stands in the fields."""
        address = next((group.ship_to for group in _groups(subject)), None)
        return {part: getattr(address, part) for part in _PARTS} if address is not None else {}

    def hold(self, subject: str) -> None:
        """Lock the order."""
        open_order(order_ref=subject)

    def changed_by(self, subject: str) -> str:
        """Return whom the record names."""
        return last_change("orders", subject)

    @property
    def suggested_parts(self) -> str:
        """The suggestion as the page fills it in."""
        place = self.suggested
        return json.dumps({part: getattr(place, part) for part in _PARTS}) if place else ""

    def carry_out(self, subject: str, *, at: datetime, actor: str) -> str:
        """Change it; return what happened, in words."""
        asked = self.cleaned_data
        if asked["group"] in {"", *(group.group_ref for group in _groups(subject)[:1])}:
            self.join(subject)
        place = located(Place(**{part: asked[part] for part in _PARTS}))
        wrong = faults(place)
        if wrong:
            raise OrderInvalid(f"{'; '.join(wrong)}.", errors=wrong)
        change_address(order_ref=subject, ship_to=place, group_ref=asked["group"], at=at, actor=actor)
        return "The address is changed; what nobody had begun is planned again."


def _groups(ref: str) -> list[FulfillmentGroup]:
    """Return the groups of an order that go to an address, each with it."""
    rows = FulfillmentGroup.objects.filter(order__ref=ref, method__in=TO_ADDRESS)
    return list(rows.select_related("ship_to", "order__customer").order_by("id"))
