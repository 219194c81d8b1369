"""Holds an order, a line or one node's work, with an owner and a due time, and releases it again."""

from datetime import datetime, timedelta

from django import forms

from dom.console.acting import ActionForm
from dom.console.deciding import decides
from dom.kernel.errors import NotFound
from orders.models import Hold
from orders.selectors.story import story
from orders.services import holds
from orders.states import CLOSED

_DUE = (("", "No due time"), ("1", "In an hour"), ("4", "In four hours"), ("24", "In a day"), ("72", "In three days"))
_KINDS = [
    (kind.value, kind.label)
    for kind in (Hold.Kind.MANUAL, Hold.Kind.FRAUD, Hold.Kind.ADDRESS, Hold.Kind.PAYMENT, Hold.Kind.LEGAL)
]


class HoldForm(ActionForm):
    """What shall wait, why, who looks after it and by when."""

    title = "Put on hold"
    help_text = "Routing and work stop until somebody releases the hold."
    submit = "Hold it"

    scope = forms.ChoiceField(label="What waits", required=False)
    kind = forms.ChoiceField(label="Kind", choices=_KINDS, required=False)
    reason = forms.CharField(label="Why", max_length=500)
    owner = forms.CharField(label="Who looks after it", max_length=64, initial="Customer service")
    due = forms.ChoiceField(label="Due", choices=_DUE, required=False, initial="24")

    def prepare(self, subject: str) -> None:
        """Offer the order, its open lines and its open work."""
        told = story(subject)
        lines = [
            (f"line:{x.line_ref}", f"Line {x.line_ref}, {x.sku_code}") for x in told.lines if x.queued or x.planned
        ]
        work = [
            (f"work:{x.ref}", f"The work at {x.node.name or x.node.code}, {x.ref}")
            for x in told.work
            if x.status not in CLOSED
        ]
        self.fields["scope"].choices = [("", "The whole order"), *lines, *work]  # type: ignore[attr-defined]  # a choice field

    def carry_out(self, subject: str, *, at: datetime, actor: str) -> str:
        """Hold; return what happened, in words."""
        asked = self.cleaned_data
        holds.hold(
            scope=_scope(subject, asked["scope"]),
            kind=asked["kind"] or Hold.Kind.MANUAL,
            owner=asked["owner"],
            reason=asked["reason"],
            due_at=at + timedelta(hours=int(asked["due"])) if asked["due"] else None,
            at=at,
            actor=actor,
        )
        what = "The order" if not asked["scope"] else dict(self.fields["scope"].choices)[asked["scope"]]  # type: ignore[attr-defined]  # as above
        return f"{what} is on hold; nothing of it moves until the hold is released."


def _scope(order_ref: str, chosen: str) -> holds.Scope:
    what, _colon, ref = chosen.partition(":")
    return holds.Scope(
        order_ref, line_ref=ref if what == "line" else "", fulfillment_order=ref if what == "work" else ""
    )


class ReleaseForm(ActionForm):
    """Which hold ends."""

    title = "Release a hold"
    submit = "Release"

    kind = forms.ChoiceField(choices=Hold.Kind.choices)
    line = forms.CharField(required=False, widget=forms.HiddenInput)
    work = forms.CharField(required=False, widget=forms.HiddenInput)
    reason = forms.CharField(label="What settled it", max_length=200, required=False)

    def prepare(self, subject: str) -> None:
        """Offer what holds the order, as far as this person may settle it.

        Raises:
            NotFound: nothing holds it that this person may settle.
        """
        open_kinds = {hold.kind for hold in Hold.objects.filter(order__ref=subject, released_at=None)}
        mine = [(kind, label) for kind, label in Hold.Kind.choices if kind in open_kinds & decides(self.person)]
        if not mine:
            raise NotFound(f"Nothing holds order {subject} that you may release.", ref=subject)
        self.fields["kind"].choices = mine  # type: ignore[attr-defined]  # a choice field

    def carry_out(self, subject: str, *, at: datetime, actor: str) -> str:
        """Release; return what happened, in words."""
        asked = self.cleaned_data
        scope = holds.Scope(subject, line_ref=asked["line"], fulfillment_order=asked["work"])
        holds.release_hold(scope=scope, kind=asked["kind"], reason=asked["reason"], at=at, actor=actor)
        return "The hold is released; what waited goes on."
