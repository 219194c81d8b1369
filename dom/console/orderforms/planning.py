"""Plans an order anew: by the engine, at one node, or split by hand; what would happen is shown before it does."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from django import forms
from django.utils import timezone

from dom import warming
from dom.console.acting import ActionForm
from dom.kernel.words import many
from orders.models import Order
from orders.selectors.foreseeing import Covered, covered, foresee
from orders.services.replanning import Replanned, replan
from orders.wishes import Wish
from routing.core.config.reading import in_cents
from routing.core.covering import NodeCover, Way

#: So many nodes that could give something are offered for a split by hand.
_COLUMNS = 12


class PlanForm(ActionForm):
    """What every form of this file does: foresee, then plan anew what was looked at."""

    foresees = True
    submit = "Plan it so"

    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def prepare(self, subject: str) -> None:
        """Remember the revision that the person looks at.

        Raises:
            EngineNotReady: nothing can be foreseen yet.
        """
        warming.require()
        self.order = Order.objects.filter(ref=subject).first()
        if self.order is not None:
            self.fields["revision"].initial = self.order.revision

    def wish(self) -> Wish:
        """Return what the person asks for."""
        raise NotImplementedError

    def foresee(self, subject: str, *, at: datetime) -> Sequence[str]:
        """Say what the new plan would change."""
        return [sentence for group in foresee(subject, self.wish(), at=at) for sentence in group.sentences()]

    def carry_out(self, subject: str, *, at: datetime, actor: str) -> str:
        """Plan anew; return what came of it, in words."""
        done = replan(
            order_ref=subject, wish=self.wish(), reason=self.cleaned_data["reason"],
            seen_revision=self.cleaned_data["revision"], at=at, actor=actor,
        )  # fmt: skip
        currency = self.order.currency if self.order else ""
        return _done(done, currency)


def _done(done: Replanned, currency: str) -> str:
    gets = ", ".join(f"{many(units, 'unit')} at {node}" for node, units in sorted(done.units_by_node.items()))
    return f"Planned anew: {gets}, for {in_cents(done.cost_e4)} {currency}."


class RerouteForm(PlanForm):
    """Why the engine shall decide again on today's stock."""

    title = "Route again"
    help_text = "The engine decides again on today's stock and rules. What nodes have begun stays where it is."
    submit = "Route again"

    reason = forms.CharField(label="Why", max_length=200, required=False)

    def wish(self) -> Wish:
        """Return another look."""
        return Wish()


class ForceForm(PlanForm):
    """Which node shall send everything that nobody has begun."""

    title = "Choose the node"
    help_text = "Everything that no node has begun goes to the one you choose. Stock and the law are never overridden."
    panel_template = "console/cover.html"
    panelled = ("node",)

    node = forms.CharField()
    reason = forms.CharField(label="Why", max_length=200)
    ignore_rules = forms.BooleanField(
        label="Set the rules aside", required=False,
        help_text="Needed for a node marked “against the rules”. The order's history keeps your name and your reason.",
    )  # fmt: skip

    def prepare(self, subject: str) -> None:
        """Read what each node could give."""
        super().prepare(subject)
        self.groups = [CoverGroup(one) for one in covered(subject, at=timezone.now())]

    def wish(self) -> Wish:
        """Return the node."""
        return Wish(node=self.cleaned_data["node"], ignore_rules=self.cleaned_data["ignore_rules"])


class CoverGroup:
    """One group's nodes, laid out for the table of choices."""

    def __init__(self, one: Covered) -> None:
        self.part = one.part
        self.lines = one.part.pending.request.lines
        self.currency = one.part.pending.request.currency
        plan = one.coverage.driven.decision.plan
        self.plan_cost_e4 = plan.cost_e4
        self.chosen = [parcel.node for parcel in plan.parcels]
        self.asked = sum(line.quantity for line in self.lines)
        self.open = [self._row(node) for node in one.coverage.nodes if node.way is not Way.CLOSED]
        self.closed = [node for node in one.coverage.nodes if node.way is Way.CLOSED]

    def _row(self, node: NodeCover) -> dict[str, object]:
        return {
            "node": node,
            "against": node.way is Way.AGAINST_RULES,
            "whole": node.total == self.asked,
            "units": [(line, node.units.get(line.line_ref, 0)) for line in self.lines],
            "difference_e4": None
            if node.cost_e4 is None or node.total < self.asked
            else node.cost_e4 - self.plan_cost_e4,
            "now": any(fo.node.code == node.node for fo in self.part.work),
        }


class SplitForm(PlanForm):
    """How many units of each line each node shall send."""

    title = "Split by hand"
    help_text = "Give every unit to a node. Stock, capacity, calendars and carriers are checked before anything moves."
    panel_template = "console/split.html"

    reason = forms.CharField(label="Why", max_length=200)
    ignore_rules = forms.BooleanField(
        label="Set the rules aside", required=False,
        help_text="Also needed where the order may not be split. The order's history keeps your name and your reason.",
    )  # fmt: skip

    def prepare(self, subject: str) -> None:
        """Make a field for each line at each node that has some of it."""
        super().prepare(subject)
        self.groups = [SplitGroup(self, one) for one in covered(subject, at=timezone.now())]

    @property
    def panelled(self) -> tuple[str, ...]:  # type: ignore[override]  # its fields depend on the order
        """The fields that stand in the table."""
        return tuple(name for name in self.fields if ":" in name)

    def wish(self) -> Wish:
        """Return the units by line and node."""
        units: dict[str, dict[str, int]] = {}
        for group in self.groups:
            for name, line_ref, node in group.names():
                if self.cleaned_data.get(name):
                    units.setdefault(line_ref, {})[node] = self.cleaned_data[name]
            for line in group.lines:
                units.setdefault(line.line_ref, {})
        return Wish(units=units, ignore_rules=self.cleaned_data["ignore_rules"])


class SplitGroup:
    """One group as a table: a row a node, a column a line."""

    def __init__(self, form: SplitForm, one: Covered) -> None:
        self.lines = one.part.pending.request.lines
        self.group = one.part.pending.request.ref
        now = _now(one)
        able = [node for node in one.coverage.nodes if node.total]
        self.nodes = sorted(able, key=lambda node: (node.node not in {at for at, _ in now}, able.index(node)))[
            :_COLUMNS
        ]
        self._form = form
        for node in self.nodes:
            for line in self.lines:
                form.fields[self._name(line.line_ref, node.node)] = forms.IntegerField(
                    min_value=0, max_value=node.units[line.line_ref], required=False,
                    initial=now.get((node.node, line.line_ref)),
                    widget=forms.NumberInput(attrs={"class": "few", "aria-label": f"{line.sku} at {node.node}"}),
                )  # fmt: skip

    def _name(self, line_ref: str, node: str) -> str:
        return f"units:{line_ref}:{node}"

    def names(self) -> Iterator[tuple[str, str, str]]:
        """Yield field name, line reference and node."""
        for node in self.nodes:
            for line in self.lines:
                yield self._name(line.line_ref, node.node), line.line_ref, node.node

    def rows(self) -> Iterator[tuple[NodeCover, bool, list[tuple[object, int]]]]:
        """Yield each node, whether it is against the rules, and its fields with what it has."""
        for node in self.nodes:
            cells = [(self._form[self._name(x.line_ref, node.node)], node.units[x.line_ref]) for x in self.lines]
            yield node, node.way is Way.AGAINST_RULES, cells  # type: ignore[misc]  # a bound field is an object


def _now(one: Covered) -> Mapping[tuple[str, str], int]:
    return {
        (fo.node.code, part.order_line.line_ref): part.to_pick + part.picked
        for fo in one.part.work
        for part in fo.lines.all()
    }
