"""Changes which item a line sells, and how a group gets to the customer, while no node has begun."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from django import forms

from dom.console.acting import ActionForm
from dom.console.orderforms.cancelling import left
from dom.kernel.errors import NotFound
from dom.kernel.words import many
from inventory.models import Node
from inventory.selectors import available_to_sell
from orders import states
from orders.addresses import faults
from orders.errors import InvalidTransition, OrderInvalid
from orders.models import Address, FulfillmentGroup, FulfillmentOrder, Hold, OrderLine
from orders.selectors.postal import located
from orders.selectors.story import Story, story
from orders.services.changes import Way, change_method
from orders.services.holds import Scope, release_hold
from orders.services.swapping import Swap, decline_swap, propose_swap, swap_item
from orders.values import TO_ADDRESS, Place
from orders.worth import ROUTED

_AWAY = ("line1", "line2", "city", "region", "postal_code", "country")


def swappable(told: Story) -> list[OrderLine]:
    """Return the lines whose item may still become another one."""
    return [
        line
        for line in told.lines
        if line.kind in ROUTED and left(line) and not line.shipped and not _begun(told, {line.id})
    ]


def redirectable(told: Story) -> list[FulfillmentGroup]:
    """Return the groups of which no node has begun anything, and something is left."""
    found = []
    for group in told.order.groups.all():
        lines = [line for line in told.lines if line.group_id == group.id]
        gone = any(line.shipped for line in lines)
        if any(left(line) for line in lines) and not gone and not _begun(told, {line.id for line in lines}):
            found.append(group)
    return found


def _begun(told: Story, lines: set[int]) -> list[FulfillmentOrder]:
    return [fo for fo in _work_on(told, lines) if _state(fo) not in states.UNTOUCHED]


def _state(fo: FulfillmentOrder) -> str:
    return fo.resume_status if fo.status == FulfillmentOrder.Status.ON_HOLD else fo.status


def _work_on(told: Story, lines: set[int]) -> list[FulfillmentOrder]:
    return [fo for fo in told.open_work if any(part.order_line_id in lines for part in fo.lines.all())]


def _given_back(told: Story, lines: set[int]) -> Iterator[str]:
    for fo in _work_on(told, lines):
        parts = [part for part in fo.lines.all() if part.order_line_id in lines and part.to_pick + part.picked]
        units = ", ".join(f"{part.to_pick + part.picked} × {part.order_line.sku_code}" for part in parts)
        if units:
            yield f"{fo.node.name or fo.node.code} gives back {units} ({fo.ref}); the stock is free again."


def _free(told: Story, lines: Sequence[OrderLine], *, at: datetime, method: str, node: str = "") -> Iterator[str]:
    """Say of each SKU of `lines` how much would be free for it, what the lines hold already among it."""
    asked: dict[str, int] = {}
    own: dict[str, int] = {}
    for line in lines:
        asked[line.sku_code] = asked.get(line.sku_code, 0) + left(line)
        own[line.sku_code] = own.get(line.sku_code, 0) + _held(told, line, node)
    yield from _enough(told, asked, own, at=at, method=method, node=node)


def _held(told: Story, line: OrderLine, node: str) -> int:
    parts = [
        part
        for fo in _work_on(told, {line.id})
        if not node or fo.node.code == node
        for part in fo.lines.all()
        if part.order_line_id == line.id
    ]
    return line.queued + sum(part.to_pick + part.picked for part in parts)


def _enough(
    told: Story, asked: Mapping[str, int], own: Mapping[str, int], *, at: datetime, method: str, node: str = ""
) -> Iterator[str]:
    where = f" at {node}" if node else ""
    channel, nodes = told.order.channel.code, [node] if node else []
    for one in available_to_sell(channel=channel, skus=sorted(asked), at=at, method=method, nodes=nodes):
        free = one.available_to_sell + own.get(one.sku, 0)
        if one.unlimited or free >= asked[one.sku]:
            yield f"{'Any number' if one.unlimited else many(free, 'unit')} of {one.sku} can be had{where}."
        else:
            few = f"only {many(free, 'unit')}" if free > 0 else "no unit"
            yield f"Warning: {few} of {one.sku} can be had{where}; the rest waits."


_WHEN = (("", "At once"), ("ask", "Once it is approved: the line waits until then"))


class SwapForm(ActionForm):
    """Which line sells which SKU from here on."""

    title = "Swap an item"
    help_text = "The line sells another SKU at the price that was agreed. What a node holds of it is planned again."
    submit = "Swap the item"
    foresees = True

    line = forms.ChoiceField(label="Line")
    sku = forms.CharField(label="Sells this SKU instead", max_length=64, help_text="Its code.")
    when = forms.ChoiceField(label="When", choices=_WHEN, required=False)
    reason = forms.CharField(label="Why", max_length=64, required=False)

    def prepare(self, subject: str) -> None:
        """Offer the lines that no node has begun."""
        self.lines = swappable(story(subject))
        if not self.lines:
            raise InvalidTransition("A node has begun, or nothing is left: no item can be swapped.", allowed=[])
        words = [(line.line_ref, f"{line.line_ref}: {left(line)} × {line.sku_code}") for line in self.lines]
        self.fields["line"].choices = words  # type: ignore[attr-defined]  # a choice field

    def foresee(self, subject: str, *, at: datetime) -> Sequence[str]:
        """Say what the line sells then, who gives back what, and whether there is any of it."""
        told, sku = story(subject), self.cleaned_data["sku"].strip()
        line = next(one for one in told.lines if one.line_ref == self.cleaned_data["line"])
        method = next(group.method for group in told.order.groups.all() if group.id == line.group_id)
        sale = list(_enough(told, {sku: left(line)}, {}, at=at, method=method))
        if not sale:
            raise NotFound(f"There is no SKU {sku}.", sku=sku)
        if sku == line.sku_code:
            raise InvalidTransition(f"Line {line.line_ref} is that item already.", allowed=[])
        words = f"Line {line.line_ref} sells {many(left(line), 'unit')} of {sku} instead of {line.sku_code}"
        if self.cleaned_data["when"]:
            waits = "Nothing of it moves until somebody approves or declines that in the workbench."
            return [f"It is proposed that {words[0].lower()}{words[1:]}.", waits, *sale]
        return [f"{words}, at the price that was agreed.", *_given_back(told, {line.id}), *sale]

    def carry_out(self, subject: str, *, at: datetime, actor: str) -> str:
        """Swap it; return what happened, in words."""
        asked = self.cleaned_data
        sku = asked["sku"].strip()
        if asked["when"]:
            swap = Swap(asked["line"], sku)
            propose_swap(order_ref=subject, swap=swap, reason=asked["reason"], at=at, actor=actor)
            return f"Line {asked['line']} waits until somebody approves that it sells {sku}."
        swap_item(order_ref=subject, line_ref=asked["line"], sku=sku, reason=asked["reason"], at=at, actor=actor)
        return f"Line {asked['line']} sells {sku}; it is planned again."


class ApproveSwapForm(ActionForm):
    """That a line sells the item that was proposed."""

    title = "Approve the swap"
    submit = "Swap the item"
    foresees = True

    line = forms.CharField(widget=forms.HiddenInput)
    reason = forms.CharField(label="Who approved it", max_length=200, required=False)

    def foresee(self, subject: str, *, at: datetime) -> Sequence[str]:
        """Say what the line sells then, who gives back what, and whether there is any of it."""
        told = story(subject)
        hold = _proposed(told, self.cleaned_data["line"])
        line, sku = hold.line, hold.swap_to
        if line is None or sku is None:
            raise NotFound("No swap is proposed.", ref=subject)
        method = next(group.method for group in told.order.groups.all() if group.id == line.group_id)
        return [
            f"Line {line.line_ref} sells {sku.code} instead of {line.sku_code}, at the price that was agreed.",
            *_given_back(told, {line.id}),
            *_enough(told, {sku.code: left(line)}, {}, at=at, method=method),
        ]

    def carry_out(self, subject: str, *, at: datetime, actor: str) -> str:
        """Approve it; return what happened, in words."""
        asked = self.cleaned_data
        scope = Scope(subject, line_ref=asked["line"])
        release_hold(scope=scope, kind=Hold.Kind.SWAP, reason=asked["reason"], at=at, actor=actor)
        return f"Line {asked['line']} sells the other item; it is planned again."


def _proposed(told: Story, line_ref: str) -> Hold:
    for hold in told.open_holds:
        if hold.kind == Hold.Kind.SWAP and hold.line is not None and hold.line.line_ref == line_ref:
            return hold
    raise NotFound(f"No swap of line {line_ref} is proposed.", line_ref=line_ref)


class DeclineSwapForm(ActionForm):
    """That a line keeps its item."""

    title = "Keep the item"
    help_text = "The swap that was proposed is not made; the line goes on as it was ordered."
    submit = "Keep it"

    line = forms.CharField(widget=forms.HiddenInput)
    reason = forms.CharField(label="Why", max_length=64, required=False)

    def carry_out(self, subject: str, *, at: datetime, actor: str) -> str:
        """Decline it; return what happened, in words."""
        asked = self.cleaned_data
        decline_swap(order_ref=subject, line_ref=asked["line"], reason=asked["reason"], at=at, actor=actor)
        return f"Line {asked['line']} keeps its item and goes on."


class WayForm(ActionForm):
    """By which method a group goes, and to which node or address."""

    title = "Change how it is delivered"
    help_text = "Pickup and ship to store end at a node; the other ways go to the address below."
    submit = "Deliver it so"
    foresees = True

    group = forms.ChoiceField(label="Which part")
    method = forms.ChoiceField(label="By", choices=FulfillmentGroup.Method.choices)
    node = forms.ChoiceField(label="At the node", required=False, help_text="For pickup and ship to store.")
    name = forms.CharField(label="To", max_length=200, required=False)
    line1 = forms.CharField(label="Street", max_length=200, required=False)
    line2 = forms.CharField(label="Second line", max_length=200, required=False)
    city = forms.CharField(max_length=100, required=False)
    region = forms.CharField(label="State or region", max_length=32, required=False)
    postal_code = forms.CharField(label="Postal code", max_length=16, required=False)
    country = forms.RegexField(r"^[A-Z]{2}$", label="Country", required=False, help_text="Two capital letters.")
    reason = forms.CharField(label="Why", max_length=64, required=False)

    def prepare(self, subject: str) -> None:
        """Offer the parts that no node has begun, and the nodes that hand over; fill in the address of today."""
        groups = redirectable(story(subject))
        if not groups:
            raise InvalidTransition("A node has begun, or nothing is left: the way cannot be changed.", allowed=[])
        self.groups = {group.group_ref: group for group in groups}
        labels = [(ref, f"{ref}: {group.get_method_display()}") for ref, group in self.groups.items()]
        self.fields["group"].choices = labels  # type: ignore[attr-defined]  # a choice field
        if len(groups) == 1:
            self.fields["group"].widget = forms.HiddenInput()
            self.fields["group"].initial = groups[0].group_ref
        rows = Node.objects.exclude(status=Node.Status.CLOSED).order_by("code").values_list("code", "name", "methods")
        nodes = [(code, f"{code} · {name}" if name else code) for code, name, ways in rows if set(ways) - TO_ADDRESS]
        self.fields["node"].choices = [("", "No node"), *nodes]  # type: ignore[attr-defined]  # a choice field
        self._fill(groups[0].ship_to)

    def _fill(self, address: Address | None) -> None:
        for part in ("name", *_AWAY) if address is not None else ():
            self.fields[part].initial = getattr(address, part)

    def _way(self) -> tuple[FulfillmentGroup, Way]:
        """Return the group and its way; an address only where one is needed and it is not the one of today.

        Raises:
            OrderInvalid: a parcel could not arrive there.
        """
        asked = self.cleaned_data
        group = self.groups[asked["group"]]
        if asked["method"] not in TO_ADDRESS:
            return group, Way(asked["method"], asked["node"])
        place = located(Place(**{part: asked[part] for part in ("name", *_AWAY)}))
        if group.ship_to is not None and all(getattr(place, p) == getattr(group.ship_to, p) for p in ("name", *_AWAY)):
            return group, Way(asked["method"])
        wrong = faults(place)
        if wrong:
            raise OrderInvalid(f"{'; '.join(wrong)}.", errors=wrong)
        return group, Way(asked["method"], ship_to=place)

    def foresee(self, subject: str, *, at: datetime) -> Sequence[str]:
        """Say how it goes then, who gives back what, and what the node or the network has of it."""
        told, (group, way) = story(subject), self._way()
        if way.method not in TO_ADDRESS and not way.node:
            raise OrderInvalid("Say at which node.", errors=[{"field": "node", "message": "Name the node."}])
        if (group.method, way.ship_to) == (way.method, None) and way.node == (group.node.code if group.node else ""):
            raise InvalidTransition("It goes this way already.", allowed=[])
        lines = [line for line in told.lines if line.group_id == group.id and line.kind in ROUTED and left(line)]
        goal = f" at {way.node}" if way.node else f" to {way.ship_to.city}" if way.ship_to else ""
        name = FulfillmentGroup.Method(way.method).label.lower()
        pickup = way.node if way.method == "PICKUP" else ""
        return [
            f"It goes by {name}{goal} instead of {group.get_method_display().lower()}.",
            *_given_back(told, {line.id for line in lines}),
            *_free(told, lines, at=at, method=way.method, node=pickup),
        ]

    def carry_out(self, subject: str, *, at: datetime, actor: str) -> str:
        """Change it; return what happened, in words."""
        group, way = self._way()
        change_method(
            order_ref=subject, way=way, group_ref=group.group_ref, reason=self.cleaned_data["reason"], at=at,
            actor=actor,
        )  # fmt: skip
        return f"It goes by {FulfillmentGroup.Method(way.method).label.lower()}; it is planned again."
