"""What a person may do to transfers: ask for one, approve, send, take in, end it, and say what needs approval."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms

from dom.console.acting import ActionForm, OneOfForms
from dom.console.reach import Reach, reaches
from dom.console.seeing import SeenSetting
from dom.console.typed import known_skus
from dom.console.views.transfers import transfer_or_404
from dom.kernel.words import many
from inventory.errors import TransferMismatch
from inventory.models import Node, Sku, StockLevel, Transfer, TransferLine
from inventory.services import transfers

_MOST = 1_000_000
_LINE = re.compile(r"(?P<sku>\S.*?)[\s,;]+(?P<units>[0-9]{1,7})\s*")


class RequestForm(ActionForm):
    """What shall go from where to where."""

    title = "Ask for a transfer"
    help_text = "Nothing moves yet: the sending node sends it, all at once or in parts, and what is reserved stays."
    submit = "Ask for it"
    foresees = True

    from_node = forms.ChoiceField(label="From")
    to_node = forms.ChoiceField(label="To")
    expected_at = forms.DateTimeField(
        label="Should be there at", help_text="In the receiving node's own time.",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
    )  # fmt: skip
    lines = forms.CharField(
        label="SKUs and units", max_length=60_000, widget=forms.Textarea(attrs={"rows": 6}),
        help_text="One a line, such as “TEE-BLACK-M 40”; paste two columns from a spreadsheet.",
    )  # fmt: skip
    note = forms.CharField(max_length=200, required=False)

    def prepare(self, subject: str) -> None:
        """Offer every node that is not closed: who works at one end names the other."""
        rows = Node.objects.exclude(status=Node.Status.CLOSED).order_by("code").values_list("code", "name")
        choices = [("", "Choose a node"), *((code, f"{code} · {label}") for code, label in rows)]
        for name in ("from_node", "to_node"):
            self.fields[name].choices = choices  # type: ignore[attr-defined]  # a choice field

    def clean_lines(self) -> dict[int, int]:
        """Return units by SKU id; name every line that cannot be read."""
        found: dict[str, int] = {}
        wrong = []
        for line in filter(str.strip, self.cleaned_data["lines"].splitlines()):
            match = _LINE.fullmatch(line.strip())
            if match is None or int(match["units"]) < 1:
                wrong.append(f"“{line.strip()[:60]}” is no SKU with units.")
            else:
                found[match["sku"]] = found.get(match["sku"], 0) + int(match["units"])
        ids, unknown = known_skus(found)
        if wrong or unknown:
            raise forms.ValidationError([*wrong, *unknown][:20])
        return {ids[code]: units for code, units in found.items()}

    def clean(self) -> dict[str, Any]:
        """Want one end to be a node of the person's."""
        told: dict[str, Any] = super().clean() or {}
        ends = Node.objects.filter(code__in=[told.get("from_node"), told.get("to_node")])
        if "from_node" in told and "to_node" in told and not reaches(self.person, *(node.id for node in ends)):
            self.add_error("to_node", "One end has to be a node of yours.")
        return told

    def foresee(self, subject: str, *, at: datetime) -> Sequence[str]:
        """Say what would be asked for, and what is not free at the sending node, to who may know."""
        told, units = self.cleaned_data, self.cleaned_data["lines"]
        asked = f"{many(sum(units.values()), 'unit')} of {many(len(units), 'SKU')}"
        said = [f"{asked} from {told['from_node']} to {told['to_node']}."]
        if reaches(self.person, Node.objects.get(code=told["from_node"]).id):
            said += self._missing(told["from_node"], units)
        above = transfers.approval_above()
        if above is not None and sum(units.values()) > above:
            said.append("Somebody else has to approve it.")
        return said

    @staticmethod
    def _missing(node: str, units: Mapping[int, int]) -> list[str]:
        levels = StockLevel.objects.filter(node__code=node, sku_id__in=units).select_related("sku")
        free = {level.sku_id: level.on_hand - level.unsellable - level.reserved for level in levels}
        codes = dict(Sku.objects.filter(id__in=units).values_list("id", "code"))
        return [
            f"{codes[sku_id]}: {max(0, free.get(sku_id, 0))} of {count} are free there now."
            for sku_id, count in units.items()
            if free.get(sku_id, 0) < count
        ]

    def carry_out(self, subject: str, *, at: datetime, actor: str) -> str:
        """Ask; return what happened, in words."""
        told = self.cleaned_data
        zone = ZoneInfo(Node.objects.get(code=told["to_node"]).time_zone)
        transfer = transfers.request_transfer(
            from_node=told["from_node"],
            to_node=told["to_node"],
            units=told["lines"],
            expected_at=told["expected_at"].replace(tzinfo=zone),
            note=told["note"],
            at=at,
            actor=actor,
        )
        self.made = transfer.ref
        return f"Transfer {transfer.ref} is asked for: {transfer.get_status_display().lower()}."


class LinesForm(ActionForm):
    """A form with a field for each line that has units left; a subclass says which."""

    foresees = True

    def lines(self, subject: str) -> list[TransferLine]:
        """Return the lines that get fields."""
        found = TransferLine.objects.filter(transfer__ref=subject).select_related("sku", "transfer")
        return [line for line in found if self.left(line)]

    def left(self, line: TransferLine) -> int:
        """Return how many units of a line may be named."""
        raise NotImplementedError

    def units(self, subject: str, prefix: str = "units") -> dict[int, int]:
        """Return the units that were typed, by SKU id."""
        typed = {line.sku_id: self.cleaned_data.get(f"{prefix}_{line.id}") or 0 for line in self.lines(subject)}
        return {sku_id: count for sku_id, count in typed.items() if count}

    def _field(self, name: str, label: str, most: int, initial: int) -> None:
        self.fields[name] = forms.IntegerField(
            label=label, min_value=0, max_value=most, initial=initial, required=False
        )


class ShipForm(LinesForm):
    """How many units of each line leave."""

    title = "Send goods"
    help_text = "They leave stock here now and are expected there. What is reserved for orders cannot be sent."
    submit = "Send them"

    final = forms.BooleanField(label="The rest stays here", required=False)

    def left(self, line: TransferLine) -> int:
        """Return what has not left."""
        return line.to_ship

    def prepare(self, subject: str) -> None:
        """Offer what has not left, as far as it is free."""
        lines = self.lines(subject)
        levels = StockLevel.objects.filter(sku_id__in=[line.sku_id for line in lines], node__code=_node(subject))
        free = {one.sku_id: max(0, one.on_hand - one.unsellable - one.reserved) for one in levels}
        for line in lines:
            here = free.get(line.sku_id, 0)
            label = f"{line.sku.name or line.sku.code} · {line.to_ship} to send, {here} free here"
            self._field(f"units_{line.id}", label, line.to_ship, min(line.to_ship, here))
        self.order_fields([name for name in self.fields if name != "final"] + ["final"])

    def foresee(self, subject: str, *, at: datetime) -> Sequence[str]:
        """Say what leaves and what stays."""
        units = self.units(subject)
        if not units:
            raise TransferMismatch("Say how many units leave.")
        said = [f"{units[ln.sku_id]} of {ln.sku.code} leave." for ln in self.lines(subject) if ln.sku_id in units]
        rest = sum(line.to_ship for line in self.lines(subject)) - sum(units.values())
        if rest:
            said.append(f"{many(rest, 'unit')} {'here for good' if self.cleaned_data['final'] else 'left to send'}.")
        return said

    def carry_out(self, subject: str, *, at: datetime, actor: str) -> str:
        """Send; return what happened, in words."""
        units, final = self.units(subject), self.cleaned_data["final"]
        transfers.ship_transfer(ref=subject, units=units, final=final, at=at, actor=actor)
        return f"{many(sum(units.values()), 'unit')} on the way."


class ReceiveForm(LinesForm):
    """How many units of each line came in, and how many of them are damaged."""

    title = "Take goods in"
    help_text = "Damaged units come on hand and are not sold. What is short can still come, unless you say otherwise."
    submit = "Take them in"

    final = forms.BooleanField(label="Nothing more will come: write off what is missing", required=False)
    reason = forms.CharField(label="Why units are missing", max_length=200, required=False)

    def left(self, line: TransferLine) -> int:
        """Return what is on the way."""
        return line.in_transit

    def prepare(self, subject: str) -> None:
        """Offer what is on the way."""
        for line in self.lines(subject):
            name = line.sku.name or line.sku.code
            self._field(f"units_{line.id}", f"{name} · {line.in_transit} on the way", line.in_transit, line.in_transit)
            self._field(f"damaged_{line.id}", f"{name} · of these damaged", line.in_transit, 0)
        self.order_fields([name for name in self.fields if name not in {"final", "reason"}] + ["final", "reason"])

    def foresee(self, subject: str, *, at: datetime) -> Sequence[str]:
        """Say what comes on hand and what is missing."""
        codes = {line.sku_id: line.sku.code for line in self.lines(subject)}
        said = [
            f"{many(one.sellable + one.damaged, 'unit')} of {codes[one.sku_id]} taken in"
            + (f", {one.damaged} of them damaged." if one.damaged else ".")
            for one in self._arrived(subject)
        ]
        missing = sum(line.in_transit for line in self.lines(subject)) - sum(self.units(subject).values())
        if missing:
            final = self.cleaned_data["final"]
            said.append(f"{many(missing, 'unit')} {'written off' if final else 'still on the way'}.")
        return said or ["Nothing comes in."]

    def carry_out(self, subject: str, *, at: datetime, actor: str) -> str:
        """Take in; return what happened, in words."""
        transfer = transfers.receive_transfer(
            ref=subject,
            arrived=self._arrived(subject),
            final=self.cleaned_data["final"],
            reason=self.cleaned_data["reason"],
            at=at,
            actor=actor,
        )
        return f"Taken in: the transfer is {transfer.get_status_display().lower()} now."

    def _arrived(self, subject: str) -> list[transfers.Arrived]:
        units, damaged = self.units(subject), self.units(subject, "damaged")
        if any(count > units.get(sku_id, 0) for sku_id, count in damaged.items()):
            raise TransferMismatch("No more units are damaged than came in.")
        return [
            transfers.Arrived(sku_id, count - damaged.get(sku_id, 0), damaged.get(sku_id, 0))
            for sku_id, count in units.items()
        ]


class ApproveForm(ActionForm):
    """Nothing to say but yes."""

    title = "Approve the transfer"
    help_text = "The sending node may send it then."
    submit = "Approve"

    def carry_out(self, subject: str, *, at: datetime, actor: str) -> str:
        """Approve; return what happened, in words."""
        transfers.approve_transfer(ref=subject, at=at, actor=actor)
        return "The transfer may be sent."


class RejectForm(ActionForm):
    """Why it is not sent."""

    title = "Reject the transfer"
    submit = "Reject"
    dangerous = True

    reason = forms.CharField(max_length=200)

    def carry_out(self, subject: str, *, at: datetime, actor: str) -> str:
        """Reject; return what happened, in words."""
        transfers.reject_transfer(ref=subject, reason=self.cleaned_data["reason"], at=at, actor=actor)
        return "The transfer is rejected."


class CancelForm(RejectForm):
    """Why nothing (more) is sent."""

    title = "Send nothing more"
    help_text = "What has left is taken in as before; the rest stays where it is."
    submit = "Send nothing more"

    def carry_out(self, subject: str, *, at: datetime, actor: str) -> str:
        """End it; return what happened, in words."""
        transfers.cancel_transfer(ref=subject, reason=self.cleaned_data["reason"], at=at, actor=actor)
        return "Nothing more of it will be sent."


class ApprovalForm(SeenSetting):
    """Above how many units a second person has to agree."""

    title = "What needs approval"
    help_text = "Whoever asks for a larger transfer cannot approve it. It counts for what is asked for from here on."
    writes_itself = True
    kind = transfers.APPROVAL

    above_units = forms.IntegerField(
        label="More than so many units", min_value=0, max_value=_MOST, required=False, help_text="Empty: none does."
    )

    def now(self, subject: str) -> Mapping[str, Any]:
        """Return what counts now."""
        return {"above_units": transfers.approval_above()}

    def carry_out(self, subject: str, *, at: datetime, actor: str) -> str:
        """Set it; return what happened, in words."""
        self.join(subject)
        above = self.cleaned_data["above_units"]
        transfers.set_approval(above_units=above, at=at, actor=actor)
        return (
            "No transfer needs approval."
            if above is None
            else f"Transfers of more than {many(above, 'unit needs', 'units need')} approval."
        )


def _node(ref: str) -> str:
    transfer = Transfer.objects.filter(ref=ref).select_related("from_node").first()
    return transfer.from_node.code if transfer else ""


GENERAL: Mapping[str, type[ActionForm]] = {"request": RequestForm, "approval": ApprovalForm}
FORMS: Mapping[str, type[ActionForm]] = {
    "approve": ApproveForm,
    "reject": RejectForm,
    "ship": ShipForm,
    "receive": ReceiveForm,
    "cancel": CancelForm,
}


#: At which end each of these is done.
ENDS: Mapping[str, tuple[str, ...]] = {
    "approve": ("from_node",),
    "reject": ("from_node",),
    "ship": ("from_node",),
    "receive": ("to_node",),
    "cancel": ("from_node", "to_node"),
}


class TransferAction(OneOfForms):
    """Carries out one form of a transfer's page, or of the list, and goes back there.

    The sending node approves, rejects and sends, the receiving one takes in, either ends it.
    """

    permission_required = "inventory.change_transfer"
    reach = Reach.OWN_NODES
    subject_forms, general = FORMS, GENERAL
    page, listing = "console:transfer", "console:transfers"
    audited_as = "transfers"

    def find_one(self) -> None:
        """Refuse a transfer that nobody knows, or what is done at the other end."""
        transfer = transfer_or_404(self.subject)
        self.must_reach(transfer.from_node_id, transfer.to_node_id, what=f"transfer {transfer.ref}")
        self.must_work_at(*(getattr(transfer, end) for end in ENDS[self.kwargs["action"]]))
