"""Books that do not add up: what the last proof found, the entries that would mend them, and who posted which."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar

from django import forms
from django.http import Http404
from django.urls import reverse
from django.utils import timezone

from dom.console.acting import ActionForm, OneOfForms
from dom.console.pages import FreshPage
from dom.console.reach import Reach
from dom.console.sorting import Sort, Sorting
from dom.kernel import jobs, proofs
from inventory.books import BOOKS
from inventory.models import Repair
from inventory.services import repairs

VIEWS = ("PROPOSED", "POSTED", "DISMISSED", "GONE")
SORTS = (Sort("found", "Found", "id", "age"),)


class Repairs(FreshPage):
    """The proof, and one page of repairs by where they stand."""

    title = "Repairs"
    template_name = "console/repairs.html"
    permission_required = "inventory.view_repair"
    reach = Reach.NETWORK

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the last proof and the repairs of the view."""
        asked = self.request.GET
        view = asked.get("view", "")
        view = view if view in VIEWS else VIEWS[0]
        sorting = Sorting(asked, SORTS, default="-found" if view == VIEWS[0] else "found")
        page = sorting.page(Repair.objects.filter(status=view))
        return super().get_context_data(
            **kwargs,
            view=view,
            views=[(code, Repair.Status(code).label) for code in VIEWS],
            page=page,
            sorting=sorting,
            rows=[(one, _entry(one)) for one in page.rows],
            proof=proofs.last(),
            at=timezone.now(),
        )


def _entry(repair: Repair) -> list[str]:
    """Return what the entry adds: "+2 on hand"."""
    return [
        f"{repair.entry[unit]:+,} {'' if unit == 'units' else unit.replace('_', ' ')}".strip()
        for unit in BOOKS[repair.book].units
        if repair.entry[unit]
    ]


class DecideForm(ActionForm):
    """Why an entry is right, or why it is not; the difference is read once more when it is sent."""

    foresees = True
    writes_itself = True

    note = forms.CharField(label="Why", max_length=200, help_text="It stays with the entry and in Who changed what.")

    def prepare(self, subject: str) -> None:
        """Look for the proposal."""
        self.repair = repair_or_404(subject)


class PostForm(DecideForm):
    """Post the entry of a proposal."""

    title = "Post the entry"
    help_text = "Find out first why the book differs: the entry ends the difference, not its cause."
    submit = "Post the entry"

    def foresee(self, subject: str, *, at: datetime) -> list[str]:
        """Say what the entry adds."""
        repairs.require_standing(repair_id=self.repair.id)
        added = f"An entry of {' and '.join(_entry(self.repair))} is added; no entry of before is changed."
        return [self.repair.words, added, "It names you and your reason, and nobody can take it back but by another."]

    def carry_out(self, subject: str, *, at: datetime, actor: str) -> str:
        """Post it; return what happened, in words."""
        repairs.post(repair_id=self.repair.id, note=self.cleaned_data["note"], at=at, actor=actor)
        return f"The entry of repair {self.repair.id} is posted."


class DismissForm(DecideForm):
    """End a proposal without an entry."""

    title = "Dismiss the proposal"
    help_text = "For a difference with another cause. While it lasts it is proposed again."
    submit = "Dismiss it"

    def foresee(self, subject: str, *, at: datetime) -> list[str]:
        """Say that nothing is mended."""
        return [self.repair.words, "The proposal ends. No entry is made, so the book differs as before."]

    def carry_out(self, subject: str, *, at: datetime, actor: str) -> str:
        """Dismiss it; return what happened, in words."""
        repairs.dismiss(repair_id=self.repair.id, note=self.cleaned_data["note"], at=at, actor=actor)
        return f"Repair {self.repair.id} is dismissed; nothing was mended."


class LookForm(ActionForm):
    """Nothing to say: a worker reads the books."""

    title = "Look for differences"
    help_text = "A worker compares every book of stock and proposes an entry for each difference. Nothing is mended."
    submit = "Look now"

    def carry_out(self, subject: str, *, at: datetime, actor: str) -> str:
        """Ring the bell; return what happens, in words."""
        jobs.ring(repairs.PROPOSE)
        return "A worker is comparing the books. What it finds appears here; nothing is mended by that."


FORMS: Mapping[str, type[ActionForm]] = {"post": PostForm, "dismiss": DismissForm}


def repair_or_404(number: str) -> Repair:
    """Return the repair of the page's address."""
    found = Repair.objects.filter(id=number).first()
    if found is None:
        raise Http404("There is no such repair.")
    return found


class RepairAction(OneOfForms):
    """Decides one proposal, or looks for differences."""

    permission_required = "inventory.change_repair"
    reach = Reach.NETWORK
    audited_as = "repairs"
    subject_name = "number"
    subject_forms = FORMS
    general: ClassVar[Mapping[str, type[ActionForm]]] = {"look": LookForm}

    def find_one(self) -> None:
        """Refuse what nobody knows before anything is typed."""
        repair_or_404(self.subject)

    def back(self) -> str:
        """Return the proposals."""
        return reverse("console:repairs")
