"""Changes where an order goes, with a suggestion where its parts do not fit together."""

import json
from datetime import datetime

from django import forms

from dom.console.acting import ActionForm
from orders.addresses import faults
from orders.errors import OrderInvalid
from orders.models import Address, FulfillmentGroup
from orders.selectors.postal import located, suggestion
from orders.services.changes import change_address
from orders.values import Place

_PARTS = ("name", "line1", "line2", "city", "region", "postal_code", "country")


class AddressForm(ActionForm):
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
        groups = list(
            FulfillmentGroup.objects.filter(order__ref=subject, ship_to__isnull=False)
            .select_related("ship_to", "order__customer").order_by("id")
        )  # fmt: skip
        field = self.fields["group"]
        field.choices = [("", "All of them"), *((g.group_ref, f"Group {g.group_ref}") for g in groups)]  # type: ignore[attr-defined]  # a choice field
        if len(groups) < 2:
            field.widget = forms.HiddenInput()
        if groups and groups[0].ship_to is not None:
            self._fill(groups[0].ship_to)
            self.suggested = suggestion(groups[0])

    @property
    def suggested_parts(self) -> str:
        """The suggestion as the page fills it in."""
        place = self.suggested
        return json.dumps({part: getattr(place, part) for part in _PARTS}) if place else ""

    def _fill(self, address: Address) -> None:
        for part in _PARTS:
            self.fields[part].initial = getattr(address, part)

    def carry_out(self, subject: str, *, at: datetime, actor: str) -> str:
        """Change it; return what happened, in words."""
        asked = self.cleaned_data
        place = located(Place(**{part: asked[part] for part in _PARTS}))
        wrong = faults(place)
        if wrong:
            raise OrderInvalid(f"{'; '.join(wrong)}.", errors=wrong)
        change_address(order_ref=subject, ship_to=place, group_ref=asked["group"], at=at, actor=actor)
        return "The address is changed; what nobody had begun is planned again."
