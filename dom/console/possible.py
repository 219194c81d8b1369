"""Answers what can be done to an order as it stands, the most likely first. Pure: a story in, actions out."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace
from urllib.parse import urlencode

from django.urls import reverse

from dom.console.orderforms.changing import redirectable, swappable
from orders.models import FulfillmentOrder, Hold, Order
from orders.selectors.requests import NO_PLAN
from orders.selectors.story import Story
from orders.states import UNTOUCHED, may_move
from orders.stuck import REMEDIES

S = FulfillmentOrder.Status
_DONE = {Order.Status.SHIPPED, Order.Status.CANCELLED}


@dataclass(frozen=True, slots=True)
class Action:
    """One button: the form's name, what it says, and what it fills in. `over` opens it over the page."""

    name: str
    label: str
    order_ref: str
    tone: str = ""
    over: bool = True
    given: tuple[tuple[str, str], ...] = field(default=())

    @property
    def url(self) -> str:
        """The address of the form."""
        query = f"?{urlencode(self.given)}" if self.given else ""
        return reverse("console:order-action", args=[self.order_ref, self.name]) + query


def possible(told: Story) -> list[Action]:
    """Return what the order's state allows, and first what helps against what stops it."""
    ref = told.order.ref
    found = [*_open(told, ref), *_money(told, ref), Action("note", "Note…", ref)]
    return _foremost(found, {REMEDIES[hold.kind][0] for hold in told.open_holds if hold.kind in REMEDIES})


def decisions(told: Story, kinds: Collection[str]) -> list[Action]:
    """Return what settles the open holds of `kinds`."""
    if told.order.status in _DONE:
        return []
    return [one for hold in told.open_holds if hold.kind in kinds for one in _decide(hold, told.order.ref)]


def _foremost(found: list[Action], helpful: set[tuple[str, str]]) -> list[Action]:
    """Return the actions with those first that the workbench offers first, called as there; releasing stays."""
    words = {name: f"{label}…" for name, label in helpful if name != "release"}
    first = [replace(one, label=words[one.name], tone=one.tone or "p") for one in found if one.name in words]
    rest = [one for one in found if one.name not in words]
    return first + [replace(one, tone="") if first and one.tone == "p" else one for one in rest]


def _open(told: Story, ref: str) -> Iterator[Action]:
    if told.order.status in _DONE:
        return
    for hold in told.open_holds:
        yield from _decide(hold, ref)
    if any(fo.status == S.CANCEL_REQUESTED for fo in told.open_work):
        yield Action("answer", "Answer for the node…", ref)
    if can_plan(told):
        yield Action("reroute", "Route again…", ref)
        yield Action("force", "Choose the node…", ref, over=False)
        yield Action("split", "Split by hand…", ref, over=False)
    if any(may_move(fo.status, S.REJECTED) for fo in told.open_work):
        yield Action("reject", "Give back for the node…", ref)
    yield from _changes(told, ref)
    if any(line.backordered or line.queued for line in told.lines) or told.order.auto_cancel_at:
        yield Action("wait", "How long it waits…", ref)
    yield Action("hold", "Hold…", ref)
    yield Action("cancel-line", "Cancel a line…", ref, tone="danger")
    yield Action("cancel", "Cancel the order…", ref, tone="danger")


def _changes(told: Story, ref: str) -> Iterator[Action]:
    if can_redirect(told):
        yield Action("address", "Change the address…", ref)
    if redirectable(told):
        yield Action("way", "Change how it is delivered…", ref)
    if swappable(told):
        yield Action("swap", "Swap an item…", ref)


def _decide(hold: Hold, ref: str) -> Iterator[Action]:
    if hold.kind != Hold.Kind.SWAP or hold.line is None:
        yield _release(hold, ref)
        return
    line = (("line", hold.line.line_ref),)
    yield Action("approve-swap", "Approve the swap…", ref, tone="p", given=line)
    yield Action("decline-swap", f"Keep {hold.line.sku_code}…", ref, given=line)


def _release(hold: Hold, ref: str) -> Action:
    given = {"kind": hold.kind}
    label = f"Release “{hold.get_kind_display()}”…"
    if hold.line is not None:
        given["line"], label = hold.line.line_ref, f"Release line {hold.line.line_ref}…"
    if hold.fulfillment_order is not None:
        given["work"], label = hold.fulfillment_order.ref, f"Release {hold.fulfillment_order.ref}…"
    return Action("release", label, ref, tone="p", given=tuple(given.items()))


def is_stopped(told: Story) -> bool:
    """Say whether a hold keeps the whole order from being planned."""
    return any(
        hold.kind not in NO_PLAN and hold.line_id is None and hold.fulfillment_order_id is None
        for hold in told.open_holds
    )


def can_plan(told: Story) -> bool:
    """Say whether a person may choose or ask for another plan."""
    movable = any(fo.status in UNTOUCHED for fo in told.open_work)
    return not is_stopped(told) and (movable or any(line.queued or line.backordered for line in told.lines))


def can_redirect(told: Story) -> bool:
    """Say whether what is sent may go to another address."""
    resting = UNTOUCHED | {S.ON_HOLD, S.REJECTED, S.CANCELLED}
    busy = {fo.group_id for fo in told.work if fo.status not in resting}
    return any(group.goes_to_address and group.id not in busy for group in told.order.groups.all())


def _money(told: Story, ref: str) -> Iterator[Action]:
    sums = told.money
    if max(sums["captured"] - sums["refunded"], sums["authorized"] - sums["captured"]) > 0:
        yield Action("appease", "Appease…", ref)
    yield Action("payment", "Record a payment…", ref)
