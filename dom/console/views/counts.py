"""Counts: the lists, one count with its differences, and what a person may do to it."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import Http404

from dom.console.acting import ActionForm, OneOfForms
from dom.console.exporting import MOST_ROWS, ExportedPage
from dom.console.pages import FreshPage
from dom.console.reach import Reach, node_choices
from dom.console.seeing import SeenSetting
from dom.console.sorting import Sort, Sorting
from dom.console.templatetags.console import minor
from dom.console.typed import known_skus
from dom.kernel.errors import NotFound
from dom.kernel.words import many
from inventory.models import CountLine, CountSession, Node
from inventory.selectors.counts import ABC, VIEWS, Seen, count_by_ref, counts, worth_counting
from inventory.services import counting

SORTS = (
    Sort("ref", "Opened", "id", "age"),
    Sort("node", "Node", "node__code"),
    Sort("state", "State", "status"),
)


class Counts(ExportedPage):
    """Counts by where they stand."""

    title = "Counts"
    template_name = "console/counts.html"
    permission_required = "inventory.view_countsession"
    reach = Reach.OWN_NODES
    file_name = "counts"
    columns = (
        "count", "status", "node", "skus", "chosen_by", "blind", "counted", "opened_at", "opened_by", "closed_at",
        "closed_by",
    )  # fmt: skip

    def lines(self) -> Iterator[Sequence[object]]:
        """Yield counts, the latest first."""
        for one in self._rows()[:MOST_ROWS].iterator(chunk_size=1_000):
            sums: Any = one
            yield (
                one.ref, one.status, one.node.code, sums.size, one.chosen_by, one.blind, sums.done,
                one.opened_at.isoformat(), one.opened_by, one.closed_at.isoformat() if one.closed_at else "",
                one.closed_by,
            )  # fmt: skip

    def _rows(self) -> "QuerySet[CountSession]":
        asked = self.request.GET
        return self.within(counts(view=asked.get("view", "open"), node=asked.get("node", "")))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add one page of counts."""
        asked = self.request.GET
        sorting = Sorting(asked, SORTS, default="ref")
        return super().get_context_data(
            page=sorting.page(self._rows()),
            sorting=sorting,
            asked=asked,
            view=asked.get("view", "open"),
            views=[(code, told[0]) for code, told in VIEWS.items()],
            nodes=self.node_codes(),
            above=counting.count_approval_above(),
            **kwargs,
        )


class CountPage(FreshPage):
    """One count: what is to be counted, or what was found and what the differences are worth."""

    template_name = "console/count.html"
    permission_required = "inventory.view_countsession"
    reach = Reach.OWN_NODES

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the count; what the books say stays hidden while it is counted blind."""
        session = count_or_404(kwargs["ref"])
        self.must_reach(session.node_id, what=f"count {session.ref}")
        self.title = f"Count {session.ref}"
        lines = list(session.lines.select_related("sku"))
        above = counting.count_approval_above()
        shown = not (session.blind and session.status == CountSession.Status.OPEN)
        counted = [line for line in lines if line.counted is not None]
        return super().get_context_data(
            **kwargs,
            count=session,
            lines=sorted(lines, key=lambda line: -abs(line.worth_minor)) if shown else lines,
            shown=shown,
            counted=len(counted),
            off=sum(bool(line.difference) for line in counted),
            large=(large := {line.id for line in counted if above is not None and abs(line.worth_minor) > above}),
            may_post=not large or self.request.user.get_username() not in {line.counted_by for line in lines},
            worth=_worth(counted),
            above=above,
        )


def count_or_404(ref: str) -> CountSession:
    """Return the count of the page's address."""
    try:
        return count_by_ref(ref)
    except NotFound as refusal:
        raise Http404(str(refusal)) from refusal


def _worth(lines: Sequence[CountLine]) -> list[tuple[str, int, int]]:
    """Return (currency, worth of what is missing, worth of what is too much) for each currency."""
    found: dict[str, list[int]] = {}
    for line in lines:
        sums = found.setdefault(line.sku.currency, [0, 0])
        sums[line.worth_minor > 0] += line.worth_minor
    return [(currency, less, more) for currency, (less, more) in sorted(found.items())]


class OpenForm(ActionForm):
    """Which SKUs shall be counted where."""

    title = "Open a count"
    help_text = "Never or longest ago counted SKUs come first. A blind count hides what the books say."
    submit = "Open it"

    node = forms.ChoiceField()
    tag = forms.CharField(label="Only SKUs with this tag", max_length=64, required=False)
    abc = forms.ChoiceField(
        label="Only this class", required=False, choices=[("", "Every class"), *((one, one) for one in ABC)],
        help_text="A: what makes 80 % of the value the node shipped in 90 days; B: up to 95 %; C: the rest.",
    )  # fmt: skip
    never = forms.BooleanField(label="Only what was never counted", required=False)
    skus = forms.CharField(
        label="Or exactly these SKUs", required=False, max_length=20_000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="One code a line; the choices above do not count then.",
    )  # fmt: skip
    most = forms.IntegerField(label="At most so many SKUs", min_value=1, max_value=counting.MOST_LINES, initial=30)
    blind = forms.BooleanField(label="Blind", required=False, initial=True)
    note = forms.CharField(max_length=200, required=False)

    def prepare(self, subject: str) -> None:
        """Offer the nodes within reach."""
        self.fields["node"].choices = [("", "Choose a node"), *node_choices(self.person)]  # type: ignore[attr-defined]  # a choice field

    def clean_skus(self) -> list[int]:
        """Return the SKUs' ids in the order typed."""
        codes = list(dict.fromkeys(filter(None, map(str.strip, self.cleaned_data["skus"].splitlines()))))
        ids, wrong = known_skus(codes)
        if wrong:
            raise forms.ValidationError(wrong[:20])
        return [ids[code] for code in codes]

    def carry_out(self, subject: str, *, at: datetime, actor: str) -> str:
        """Open it; return what happened, in words."""
        told = self.cleaned_data
        chosen = {name: told[name] for name in ("tag", "abc", "never", "most")}
        node_id = Node.objects.get(code=told["node"]).id
        session = counting.open_count(
            node=told["node"],
            sku_ids=told["skus"] or worth_counting(node_id, at=at, **chosen),
            blind=told["blind"],
            chosen_by=_words(told),
            note=told["note"],
            at=at,
            actor=actor,
        )
        self.made = session.ref
        return f"Count {session.ref} is open: {many(session.lines.count(), 'SKU')} at {told['node']}."


def _words(told: Mapping[str, Any]) -> str:
    if told["skus"]:
        return "named one by one"
    parts = [f"tagged {told['tag']}"] if told["tag"] else []
    parts += [f"class {told['abc']}"] if told["abc"] else []
    parts += ["never counted"] if told["never"] else ["longest ago counted"]
    return ", ".join(parts)


class EnterForm(ActionForm):
    """A field for each SKU that is not counted yet; what is left empty is counted later."""

    title = "Enter what was found"
    help_text = "Leave empty what you have not counted. Zero means that there is none."
    submit = "Keep it"

    done = forms.BooleanField(label="Everything is counted: have the differences looked at", required=False)

    def prepare(self, subject: str) -> None:
        """Offer the lines that nobody has counted, with what the books say unless the count is blind."""
        for line in _lines(subject):
            hint = "" if line.session.blind else f" · {line.on_hand} by the books"
            self.fields[f"found_{line.id}"] = forms.IntegerField(
                label=f"{line.sku.name or line.sku.code} · {line.sku.code}{hint}", required=False, min_value=0,
                max_value=1_000_000_000,
            )  # fmt: skip
        self.order_fields([name for name in self.fields if name != "done"] + ["done"])
        if len(self.fields) == 1:
            self.title = self.submit = "Have the differences looked at"  # type: ignore[misc]  # of this form alone
            self.help_text = "Every SKU is counted. Nothing more is entered then, and the page shows the differences."  # type: ignore[misc]  # as above
            self.fields["done"].widget, self.initial = forms.HiddenInput(), {"done": True}

    def carry_out(self, subject: str, *, at: datetime, actor: str) -> str:
        """Keep it; return what happened, in words."""
        found = {line.sku_id: self.cleaned_data.get(f"found_{line.id}") for line in _lines(subject)}
        seen = [Seen(sku_id, units, at) for sku_id, units in found.items() if units is not None]
        if seen:
            counting.enter_counts(ref=subject, seen=seen, at=at, actor=actor)
        if not self.cleaned_data["done"]:
            left = len(_lines(subject))
            return f"Counted: {many(len(seen), 'SKU')}; {f'{left} left' if left else 'have the differences looked at'}."
        counting.submit_count(ref=subject, at=at, actor=actor)
        return "Everything is counted; the differences are to be looked at."


def _lines(ref: str) -> list[CountLine]:
    rows = CountLine.objects.filter(session__ref=ref, counted__isnull=True)
    return list(rows.select_related("sku", "session"))


class RecountForm(ActionForm):
    """Which SKUs are counted once more."""

    title = "Count some once more"
    submit = "Have them counted"

    lines = forms.MultipleChoiceField(label="SKUs", widget=forms.CheckboxSelectMultiple)

    def prepare(self, subject: str) -> None:
        """Offer the lines that differ, the dearest first."""
        rows = CountLine.objects.filter(session__ref=subject, counted__isnull=False).select_related("sku")
        off = sorted((line for line in rows if line.difference), key=lambda line: -abs(line.worth_minor))
        found = [(line.id, f"{line.sku.name or line.sku.code}: {line.difference:+d}") for line in off]
        self.fields["lines"].choices = found  # type: ignore[attr-defined]  # a choice field

    def carry_out(self, subject: str, *, at: datetime, actor: str) -> str:
        """Send them back; return what happened, in words."""
        ids = [int(line_id) for line_id in self.cleaned_data["lines"]]
        counting.recount(ref=subject, line_ids=ids, at=at, actor=actor)
        return f"To be counted once more: {many(len(ids), 'SKU')}."


class PostForm(ActionForm):
    """Nothing to say but yes."""

    title = "Post the count"
    help_text = "The books say what was counted then; what moved since is taken into account."
    submit = "Post it"
    foresees = True

    def prepare(self, subject: str) -> None:
        """Refuse who counted at once where a second person has to post it."""
        lines = list(CountLine.objects.filter(session__ref=subject))
        counting.refuse_counter(lines=lines, ref=subject, actor=self.person.get_username())

    def foresee(self, subject: str, *, at: datetime) -> Sequence[str]:
        """Say what the books will say."""
        lines = CountLine.objects.filter(session__ref=subject, counted__isnull=False).select_related("sku")
        off = sorted((line for line in lines if line.difference), key=lambda line: -abs(line.worth_minor))
        said = [
            f"{line.sku.code}: {line.on_hand} → {line.counted}, {minor(line.worth_minor, line.sku.currency)}."
            for line in off[:20]
        ]
        if len(off) > len(said):
            said.append(f"{len(off) - len(said)} more SKUs change.")
        return said or ["The books were right; nothing changes."]

    def carry_out(self, subject: str, *, at: datetime, actor: str) -> str:
        """Post it; return what happened, in words."""
        _, done = counting.post_count(ref=subject, at=at, actor=actor)
        late = f", {len(done.ignored)} overtaken by a later count" if done.ignored else ""
        return f"Posted: {many(done.changed, 'SKU')} changed, {done.unchanged} right{late}."


class CancelForm(ActionForm):
    """Nothing to say but yes."""

    title = "Give the count up"
    help_text = "What was found is kept here and changes no stock."
    submit = "Give it up"
    dangerous = True

    def carry_out(self, subject: str, *, at: datetime, actor: str) -> str:
        """Give it up; return what happened, in words."""
        counting.cancel_count(ref=subject, at=at, actor=actor)
        return "The count is given up; the books stay as they are."


class CountApprovalForm(SeenSetting):
    """Above which value somebody who has not counted has to post."""

    title = "Large differences"
    help_text = "Where one SKU's difference is worth more, somebody who has not counted has to post the count."
    writes_itself = True
    kind = counting.APPROVAL

    above = forms.DecimalField(
        label="Worth more than", required=False, min_value=0, max_digits=12, decimal_places=2,
        help_text="In the SKU's currency. Empty: anybody may post any difference.",
    )  # fmt: skip

    def now(self, subject: str) -> Mapping[str, Any]:
        """Return what counts now."""
        above = counting.count_approval_above()
        return {"above": None if above is None else Decimal(above) / 100}

    def carry_out(self, subject: str, *, at: datetime, actor: str) -> str:
        """Set it; return what happened, in words."""
        self.join(subject)
        told = self.cleaned_data["above"]
        counting.set_count_approval(above_minor=None if told is None else int(told * 100), at=at, actor=actor)
        return "Anybody may post any difference." if told is None else f"Above {told} a second person posts."


GENERAL: Mapping[str, type[ActionForm]] = {"open": OpenForm, "approval": CountApprovalForm}
FORMS: Mapping[str, type[ActionForm]] = {
    "enter": EnterForm,
    "recount": RecountForm,
    "post": PostForm,
    "cancel": CancelForm,
}


class CountAction(OneOfForms):
    """Carries out one form of a count's page, or of the list, and goes back there."""

    permission_required = "inventory.change_countsession"
    reach = Reach.OWN_NODES
    subject_forms, general = FORMS, GENERAL
    page, listing = "console:count", "console:counts"
    audited_as = "counts"

    def find_one(self) -> None:
        """Refuse a count that nobody knows, or of a node beyond reach."""
        session = count_or_404(self.subject)
        self.must_reach(session.node_id, what=f"count {session.ref}")
