"""Keeps an order's book: notes for colleagues, and until when missing units wait."""

from datetime import datetime, timedelta

from django import forms

from dom.console.acting import ActionForm
from orders.services import auto_cancel, changes


class NoteForm(ActionForm):
    """What colleagues should know; it names nobody."""

    title = "Leave a note"
    help_text = "Colleagues read it in the order's story. Name no customer in it."
    submit = "Write it"

    note = forms.CharField(max_length=200)

    def carry_out(self, subject: str, *, at: datetime, actor: str) -> str:
        """Write the note; return what happened, in words."""
        changes.note(order_ref=subject, text=self.cleaned_data["note"], at=at, actor=actor)
        return "The note stands in the order's story."


class WaitForm(ActionForm):
    """Until when what is missing waits."""

    title = "How long it waits"
    help_text = "On that day what still waits for stock is cancelled. Units that a node has are not touched by it."
    submit = "Set it"

    days = forms.TypedChoiceField(
        label="What is missing waits", coerce=int,
        choices=[*((days, f"{days} more days") for days in (3, 7, 14, 30)), (0, "without end")],
    )  # fmt: skip
    reason = forms.CharField(label="Why", max_length=200, required=False)

    def carry_out(self, subject: str, *, at: datetime, actor: str) -> str:
        """Set it; return what happened, in words."""
        days = self.cleaned_data["days"]
        auto_cancel.wait_until(
            order_ref=subject, until=at + timedelta(days=days) if days else None, reason=self.cleaned_data["reason"],
            at=at, actor=actor,
        )  # fmt: skip
        return f"What is missing waits {days} more days." if days else "What is missing waits without end."
