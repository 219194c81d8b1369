"""Cancels an order, a line, or some units of one; says first whose work it ends and who has to agree."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from django import forms

from dom.console.acting import ActionForm
from dom.kernel.words import many
from orders import states
from orders.errors import PickMismatch
from orders.models import FulfillmentOrder, OrderLine
from orders.selectors.story import Story, story
from orders.services import cancelling
from orders.services.cancelling import Cancelled

REASONS = (
    ("CUSTOMER", "The customer wants it"),
    ("FRAUD", "Fraud"),
    ("PRICING", "Wrong price"),
    ("OTHER", "Something else"),
)


class CancelForm(ActionForm):
    """Why everything that has not left shall be cancelled."""

    title = "Cancel the order"
    help_text = "What has not left is cancelled and its stock is free again. Nodes that have begun are asked to stop."
    submit = "Cancel the order"
    dangerous = True
    foresees = True

    reason = forms.ChoiceField(label="Reason", choices=REASONS)

    def foresee(self, subject: str, *, at: datetime) -> Sequence[str]:
        """Say whose work ends, who is asked, and what stays."""
        told = story(subject)
        return list(_foreseen(told, told.lines))

    def carry_out(self, subject: str, *, at: datetime, actor: str) -> str:
        """Cancel; return what happened, in words."""
        done = cancelling.cancel_order(order_ref=subject, reason=self.cleaned_data["reason"], at=at, actor=actor)
        return _done(done)


class CancelLineForm(ActionForm):
    """Which line, how many units, and why."""

    title = "Cancel a line"
    help_text = "Units that no node has go first, then those that nobody touched, then those that a node has begun."
    submit = "Cancel the units"
    dangerous = True
    foresees = True

    line = forms.ChoiceField(label="Line")
    quantity = forms.IntegerField(label="Units", min_value=1, required=False, help_text="Empty means all of them.")
    reason = forms.ChoiceField(label="Reason", choices=REASONS)

    def prepare(self, subject: str) -> None:
        """Offer the lines that have something left."""
        lines = [line for line in story(subject).lines if left(line)]
        self.fields["line"].choices = [(line.line_ref, _named(line)) for line in lines]  # type: ignore[attr-defined]  # a choice field

    def foresee(self, subject: str, *, at: datetime) -> Sequence[str]:
        """Say how many units go and who has to agree."""
        told = story(subject)
        line = next(line for line in told.lines if line.line_ref == self.cleaned_data["line"])
        units = self.cleaned_data["quantity"] or left(line)
        if units > left(line):
            raise PickMismatch(
                f"Only {many(left(line), 'unit')} of line {line.line_ref} can be cancelled.", possible=left(line)
            )
        words = f"{units} of {left(line)} × {line.sku_code} are cancelled; their stock is free again."
        return [words, *_agreeing(told, [line])]

    def carry_out(self, subject: str, *, at: datetime, actor: str) -> str:
        """Cancel; return what happened, in words."""
        asked = self.cleaned_data
        done = cancelling.cancel_line(
            order_ref=subject, line_ref=asked["line"], quantity=asked["quantity"], reason=asked["reason"], at=at,
            actor=actor,
        )  # fmt: skip
        return _done(done)


def left(line: OrderLine) -> int:
    """Return the units of a line that have not left and are not cancelled."""
    return line.queued + line.backordered + line.planned


def _named(line: OrderLine) -> str:
    name = line.sku.name if line.sku and line.sku.name else line.sku_code
    return f"{line.line_ref}: {name}, {left(line)} of {line.quantity} left"


def _foreseen(told: Story, lines: Sequence[OrderLine]) -> Iterator[str]:
    waiting = sum(line.queued + line.backordered for line in lines)
    if waiting:
        yield f"{many(waiting, 'waiting unit')} cancelled."
    for fo in told.open_work:
        if not must_agree(fo):
            yield f"{fo.node.name or fo.node.code} loses its work {fo.ref}; its stock is free again."
    yield from _agreeing(told, lines)
    shipped = sum(line.shipped for line in lines)
    if shipped:
        yield f"{many(shipped, 'unit')} shipped: nothing changes there."


def _agreeing(told: Story, lines: Sequence[OrderLine]) -> Iterator[str]:
    refs = {line.id for line in lines}
    for fo in told.open_work:
        if must_agree(fo) and any(part.order_line_id in refs for part in fo.lines.all()):
            yield f"{fo.node.name or fo.node.code} has begun and has to agree; it may refuse ({fo.ref})."


def must_agree(fo: FulfillmentOrder) -> bool:
    """Return whether a cancellation of this work is a request to its node."""
    return fo.needs_acknowledgment and fo.status in states.WORKED_ON


def _done(done: Cancelled) -> str:
    if done.requested:
        nodes = "One node that works on it has" if len(done.requested) == 1 else f"{len(done.requested)} nodes have"
        return f"{nodes} been asked to stop; the rest is cancelled."
    return f"{many(done.units, 'unit is', 'units are')} cancelled."
