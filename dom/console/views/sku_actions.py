"""What a person may do to a SKU's stock at a node: adjust, count, set aside, keep back, sell without limit."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.urls import reverse

from dom.console.acting import ActionForm, ConsoleAction
from dom.console.reach import Reach, node_choices
from dom.console.views.skus import sku_or_404
from dom.kernel.words import many
from inventory import services
from inventory.errors import InsufficientStock
from inventory.models import Node, Sku, StockLevel
from inventory.selectors import LevelChange, Offer, offers
from inventory.selectors.shortages import hard_claims
from stores.selectors.access import allowed_nodes

REASONS = (
    ("DAMAGED", "Damaged"), ("LOST", "Lost or stolen"), ("FOUND", "Found"), ("EXPIRED", "Past its date"),
    ("SAMPLE", "Used as a sample"), ("RETURNED", "Came back"), ("CORRECTION", "Correction of a mistake"),
    ("OTHER", "Something else"),
)  # fmt: skip
_MOST = 1_000_000


class LevelForm(ActionForm):
    """What every form about one level shares: the node, the level as it is, and what the change does to the offers."""

    foresees = True

    node = forms.ChoiceField(label="Node")

    def prepare(self, subject: str) -> None:
        """Offer the nodes within reach."""
        self.fields["node"].choices = node_choices(self.person)  # type: ignore[attr-defined]  # a choice field

    def change(self, level: StockLevel) -> LevelChange:
        """Return what the form would change at `level`."""
        raise NotImplementedError

    def foresee(self, subject: str, *, at: datetime) -> Sequence[str]:
        """Say what the level and the offers would be."""
        level = self.level(subject)
        change = self.change(level)
        told = [f"{subject} at {change.node}: {_levels(level, change)}."]
        if allowed_nodes(self.person) is not None:
            return told
        before, after = offers(sku=subject, at=at), offers(sku=subject, at=at, change=change)
        told += [_offered(old, new) for old, new in zip(before, after, strict=True) if _units(old) != _units(new)]
        return told if len(told) > 1 else [*told, "No channel may sell more or fewer units than now."]

    def level(self, subject: str) -> StockLevel:
        """Return the level as it is; an empty one where the node has none."""
        sku, node = sku_or_404(subject), Node.objects.get(code=self.cleaned_data["node"])
        return StockLevel.objects.filter(sku=sku, node=node).first() or StockLevel(sku=sku, node=node)

    def ids(self, subject: str) -> tuple[int, int]:
        """Return the ids of the SKU and of the node."""
        return Sku.objects.get(code=subject).id, Node.objects.get(code=self.cleaned_data["node"]).id


def _levels(level: StockLevel, change: LevelChange) -> str:
    parts = []
    if change.on_hand:
        parts.append(f"{level.on_hand} → {level.on_hand + change.on_hand} on hand")
    if change.unsellable:
        parts.append(f"{level.unsellable} → {level.unsellable + change.unsellable} unsellable")
    if change.safety_stock is not None:
        parts.append(f"{level.safety_stock} → {change.safety_stock} kept as safety stock")
    if change.unlimited is not None:
        parts.append("sold without limit" if change.unlimited else "sold by what is on hand")
    short = level.reserved + level.unsellable + change.unsellable - level.on_hand - change.on_hand
    if short > 0 and not (level.unlimited if change.unlimited is None else change.unlimited):
        where = "the list of what is short names its work"
        parts.append(f"{level.reserved} are reserved, so it will be {short} short: {where}")
    return ", ".join(parts) or "nothing changes"


def _units(offer: Offer) -> str:
    return "without limit" if offer.unlimited else str(offer.available_to_sell)


def _offered(old: Offer, new: Offer) -> str:
    method = new.method.replace("_", " ").lower()
    return f"{new.channel} by {method}: {_units(old)} → {_units(new)} available to sell."


class AdjustForm(LevelForm):
    """A signed change of what is on hand."""

    title = "Adjust stock"
    help_text = "Add what was found, take off what is gone. The movement keeps your name, the reason and the note."
    submit = "Adjust"

    units = forms.IntegerField(label="Units, minus to take off", min_value=-_MOST, max_value=_MOST)
    reason = forms.ChoiceField(choices=REASONS)
    note = forms.CharField(label="Reference or note", max_length=96, required=False)

    def change(self, level: StockLevel) -> LevelChange:
        """Return the units that come or go."""
        return LevelChange(level.node.code, on_hand=self.cleaned_data["units"])

    def carry_out(self, subject: str, *, at: datetime, actor: str) -> str:
        """Adjust; return what happened, in words."""
        _adjust(self, subject, at, actor, on_hand=self.cleaned_data["units"])
        return f"{self.cleaned_data['units']:+d} units of {subject} at {self.cleaned_data['node']}."


class UnsellableForm(LevelForm):
    """Units that are there and may not be sold."""

    title = "Mark units unsellable"
    help_text = "They stay on hand and are not promised to anybody. A minus makes them sellable again."
    submit = "Mark them"

    units = forms.IntegerField(label="Units, minus to make them sellable", min_value=-_MOST, max_value=_MOST)
    reason = forms.ChoiceField(choices=REASONS)
    note = forms.CharField(label="Reference or note", max_length=96, required=False)

    def change(self, level: StockLevel) -> LevelChange:
        """Return the units that are set aside."""
        return LevelChange(level.node.code, unsellable=self.cleaned_data["units"])

    def carry_out(self, subject: str, *, at: datetime, actor: str) -> str:
        """Set units aside; return what happened, in words."""
        _adjust(self, subject, at, actor, unsellable=self.cleaned_data["units"])
        return f"{self.cleaned_data['units']:+d} unsellable units of {subject} at {self.cleaned_data['node']}."


def _adjust(form: LevelForm, subject: str, at: datetime, actor: str, *, on_hand: int = 0, unsellable: int = 0) -> None:
    told = form.cleaned_data
    row = services.Adjustment(
        *form.ids(subject), on_hand=on_hand, unsellable=unsellable, reason=told["reason"], reference=told["note"]
    )
    refused = services.adjust(rows=[row], at=at, actor=actor)
    if refused:
        raise InsufficientStock(f"Nothing was changed: {refused[0].message}")


class CountForm(LevelForm):
    """What somebody has counted."""

    title = "Count"
    help_text = (
        "Say what is on the shelf and when it was counted; what moved since then is taken into account. At a node that "
        "“tells what is free”, say what is free there: what our orders reserve and what is unsellable is added to it."
    )
    submit = "Enter the count"

    on_hand = forms.IntegerField(label="Units counted", min_value=0, max_value=1_000_000_000)
    counted_at = forms.DateTimeField(
        label="Counted at", required=False, help_text="Now, if you leave it empty.",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
    )  # fmt: skip
    note = forms.CharField(label="Reference or note", max_length=96, required=False)

    def prepare(self, subject: str) -> None:
        """Mark the nodes at which a count means something else."""
        super().prepare(subject)
        free = set(Node.objects.filter(feed_basis=Node.FeedBasis.AVAILABLE).values_list("code", flat=True))
        field: Any = self.fields["node"]
        told = " (tells what is free)"
        field.choices = [(code, words + told if code in free else words) for code, words in field.choices]

    def change(self, level: StockLevel) -> LevelChange:
        """Return the difference to what the books say now; at a node that tells what is free, as the count reads it."""
        counted: int = self.cleaned_data["on_hand"]
        if level.node.feed_basis == Node.FeedBasis.AVAILABLE:
            counted += hard_claims(level) + level.unsellable
        return LevelChange(level.node.code, on_hand=counted - level.on_hand)

    def carry_out(self, subject: str, *, at: datetime, actor: str) -> str:
        """Count; return what happened, in words."""
        told = self.cleaned_data
        row = services.CountRow(*self.ids(subject), told["on_hand"], told["counted_at"] or at, reason="COUNTED")
        counted = services.count(rows=[row], at=at, actor=actor, reference=told["note"])
        if counted.ignored:
            return "A later count is known already; this one changes nothing."
        where = f"{many(told['on_hand'], 'unit')} of {subject} counted at {told['node']}"
        return f"{where}; the books say so now." if counted.changed else f"{where}: the books were right."


class SafetyForm(LevelForm):
    """Units of this SKU at this node that nobody may sell."""

    title = "Set safety stock"
    help_text = "Kept back from every channel at this node. A rule that keeps more still counts."
    submit = "Keep them back"

    units = forms.IntegerField(label="Units", min_value=0, max_value=_MOST)

    def change(self, level: StockLevel) -> LevelChange:
        """Return the units kept back."""
        return LevelChange(level.node.code, safety_stock=self.cleaned_data["units"])

    def carry_out(self, subject: str, *, at: datetime, actor: str) -> str:
        """Set it; return what happened, in words."""
        sku_id, node_id = self.ids(subject)
        services.set_safety_stock(rows=[(sku_id, node_id, self.cleaned_data["units"])], at=at, actor=actor)
        return f"{many(self.cleaned_data['units'], 'unit')} of {subject} kept back at {self.cleaned_data['node']}."


class UnlimitedForm(LevelForm):
    """Whether a node sells a SKU without counting it."""

    title = "Sell without limit"
    help_text = "For what is made to order, or a supplier who tells no stock: orders pass whatever is on hand."
    submit = "Switch"

    unlimited = forms.TypedChoiceField(
        label="This node sells it", choices=((1, "without limit"), (0, "by what is on hand")), coerce=int
    )

    def change(self, level: StockLevel) -> LevelChange:
        """Return the switch."""
        return LevelChange(level.node.code, unlimited=bool(self.cleaned_data["unlimited"]))

    def carry_out(self, subject: str, *, at: datetime, actor: str) -> str:
        """Switch; return what happened, in words."""
        unlimited = bool(self.cleaned_data["unlimited"])
        services.set_unlimited(levels=[self.ids(subject)], unlimited=unlimited, at=at, actor=actor)
        how = "without limit" if unlimited else "by what is on hand"
        return f"{self.cleaned_data['node']} sells {subject} {how}."


FORMS: Mapping[str, type[LevelForm]] = {
    "adjust": AdjustForm,
    "count": CountForm,
    "unsellable": UnsellableForm,
    "safety-stock": SafetyForm,
    "unlimited": UnlimitedForm,
}


class SkuAction(ConsoleAction):
    """Carries out one form of the SKU page and goes back to it."""

    forms = FORMS
    permission_required = "inventory.change_stocklevel"
    reach = Reach.OWN_NODES
    audited_as = "stock"
    subject_name = "sku"

    def find(self) -> None:
        """Refuse a SKU that nobody knows before anything is typed."""
        sku_or_404(self.subject)

    def back(self) -> str:
        """Return the SKU's page."""
        return reverse("console:sku", args=[self.subject])
