"""Below what stock is low: the live thresholds in words, and the form that publishes one."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.urls import reverse

from dom.console.acting import ActionForm, ConsoleAction
from dom.console.pages import ConsolePage
from dom.console.reach import Reach
from dom.kernel import config
from inventory.models import NodeGroup
from inventory.rules import parse_low_rule
from inventory.services import low_stock


class LowStock(ConsolePage):
    """Every live threshold as a sentence, with who published it."""

    title = "Low-stock thresholds"
    template_name = "console/low_stock.html"
    permission_required = "inventory.view_stocklevel"
    reach = Reach.NO_NODE

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Read the documents with the parser that publishing uses."""
        live = config.live_versions(low_stock.KIND)
        rules = [(live[code], parse_low_rule(live[code].body)) for code in sorted(live)]
        return super().get_context_data(rules=rules, **kwargs)


def _day() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class ThresholdForm(ActionForm):
    """One threshold: of what, where, and how many units."""

    title = "Publish a threshold"
    help_text = "Levels with no more free units than this are low. Of several that fit, the lowest rank decides."
    submit = "Publish"
    foresees = True

    code = forms.SlugField(max_length=64, help_text="Its name. The same name again replaces the threshold.")
    units = forms.IntegerField(label="Low at so many free units", min_value=0, max_value=1_000_000)
    tags = forms.CharField(label="SKUs with one of these tags", required=False, max_length=500, help_text="By commas.")
    skus = forms.CharField(label="Or these SKUs", required=False, max_length=20_000, help_text="By commas.")
    node_group = forms.ChoiceField(label="At the nodes of", required=False)
    rank = forms.IntegerField(min_value=0, max_value=1_000_000, initial=100)
    first = forms.DateField(label="From", required=False, help_text="Empty: at once.", widget=_day())
    last = forms.DateField(
        label="To", required=False, help_text="The last date, by each node's own clock. Empty: with no end.",
        widget=_day(),
    )  # fmt: skip
    active = forms.BooleanField(label="In force", required=False, initial=True)

    def prepare(self, subject: str) -> None:
        """Offer the node groups."""
        rows = NodeGroup.objects.order_by("code").values_list("code", "name")
        choices = [("", "every node"), *((code, name or code) for code, name in rows)]
        self.fields["node_group"].choices = choices  # type: ignore[attr-defined]  # a choice field

    def body(self) -> dict[str, Any]:
        """Return the document."""
        told = self.cleaned_data
        body = {name: told[name] for name in ("code", "units", "rank", "node_group", "active")}
        for name in ("tags", "skus"):
            body[name] = [part.strip() for part in told[name].split(",") if part.strip()]
        for name, day in (("from", told["first"]), ("to", told["last"])):
            if day is not None:
                body[name] = day.isoformat()
        return body

    def foresee(self, subject: str, *, at: datetime) -> Sequence[str]:
        """Say what it means."""
        return parse_low_rule(self.body()).describe()

    def carry_out(self, subject: str, *, at: datetime, actor: str) -> str:
        """Publish; return what happened, in words."""
        low_stock.publish_low_stock(bodies=[self.body()], at=at, actor=actor)
        return f"Threshold {self.cleaned_data['code']} is in force; levels follow within seconds."


class LowStockAction(ConsoleAction):
    """Carries out the form and goes back to the thresholds."""

    permission_required = "inventory.change_stocklevel"
    reach = Reach.NETWORK
    audited_as = ""
    form_class = ThresholdForm

    def back(self) -> str:
        """Return the thresholds' page."""
        return reverse("console:low-stock")
