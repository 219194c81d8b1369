"""Answers how the actions on an order are offered: the next likely ones as buttons, the rest in a menu. Pure."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from dom.console.possible import Action, can_plan, can_redirect, decisions, is_stopped, possible
from orders.models import Order
from orders.selectors.story import Story
from orders.stuck import REMEDIES

S = Order.Status
#: So many stand as buttons.
_MOST = 3
#: What people do next in each state, the likeliest first; what helps against a hold comes before.
_NEXT = {
    S.HELD: ("release", "address", "cancel"),
    S.QUEUED: ("force", "address", "hold"),
    S.BACKORDERED: ("force", "wait", "cancel-line"),
    S.PLANNED: ("address", "reroute", "hold"),
    S.IN_PROGRESS: ("answer", "reject", "hold"),
    S.PARTLY_SHIPPED: ("answer", "force", "reject", "appease"),
    S.SHIPPED: ("appease", "note"),
    S.CANCELLED: ("payment", "note"),
}
_GROUPS = (
    ("Order", ("release", "hold", "wait", "note", "cancel")),
    ("Lines", ("approve-swap", "decline-swap", "swap", "cancel-line")),
    ("Address and delivery", ("address", "way")),
    ("Routing", ("reroute", "force", "split", "reject", "answer")),
    ("Money", ("appease", "payment")),
)


@dataclass(frozen=True, slots=True)
class Refusal:
    """Something that people look for and that cannot be done, with the reason."""

    name: str
    label: str
    why: str


@dataclass(frozen=True, slots=True)
class Group:
    """One part of the menu."""

    title: str
    actions: Sequence[Action]
    refusals: Sequence[Refusal]


@dataclass(frozen=True, slots=True)
class Offer:
    """The buttons, and the groups of the menu beside them; no action stands in both, and none is left out."""

    buttons: Sequence[Action]
    menu: Sequence[Group]


def offer(told: Story) -> Offer:
    """Return what can be done to the order, sorted by how likely it is."""
    found, refusals = possible(told), list(_refusals(told))
    likely = _likely(told)
    wanted = sorted((one for one in found if one.name in likely), key=lambda one: likely.index(one.name))
    buttons = wanted[:_MOST]
    rest = [one for one in found if one not in buttons]
    groups = (
        Group(
            title,
            sorted((one for one in rest if one.name in names), key=lambda one: names.index(one.name)),
            [one for one in refusals if one.name in names],
        )
        for title, names in _GROUPS
    )
    return Offer(buttons, [group for group in groups if group.actions or group.refusals])


def offer_decisions(told: Story, kinds: Collection[str]) -> Offer | None:
    """Return what somebody may do who settles holds of `kinds` alone; None where none is open."""
    found = decisions(told, kinds)
    return Offer(found, ()) if found else None


def _likely(told: Story) -> list[str]:
    helpful = [name for hold in told.open_holds for name, _label in REMEDIES.get(hold.kind, ())]
    waits = _NEXT[S.BACKORDERED] if any(line.backordered for line in told.lines) else ()
    return list(dict.fromkeys([*helpful, *waits, *_NEXT[S(told.order.status)]]))


def _refusals(told: Story) -> Iterator[Refusal]:
    if told.order.status == S.CANCELLED:
        return
    if told.order.status == S.SHIPPED:
        for name, label in (("cancel", "Cancel the order"), ("address", "Change the address")):
            yield Refusal(name, label, "everything has left")
        return
    if not can_plan(told):
        why = "a hold stops it: release that first" if is_stopped(told) else "nodes are at work on all that is left"
        yield Refusal("reroute", "Route again", why)
    if not can_redirect(told):
        why = "a node is at work on it, or has sent it" if _goes(told) else "nothing of it is sent to an address"
        yield Refusal("address", "Change the address", why)


def _goes(told: Story) -> bool:
    return any(group.goes_to_address for group in told.order.groups.all())
