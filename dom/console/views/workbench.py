"""Everything that is stuck, with who looks after it, why, and what would get it moving."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from dom.console.deciding import FORMS, decides
from dom.console.pages import FreshPage
from dom.console.reach import Reach
from dom.kernel.changes import note_change
from dom.kernel.errors import DomainError
from dom.kernel.models import Change
from dom.kernel.transactions import unit_of_work
from orders.holds import OWNERS
from orders.selectors import workbench
from orders.selectors.workbench import Asked, Counts, Item
from orders.services import concerns
from orders.stuck import REMEDIES, why

#: What somebody of a node is told of a hold on the whole order, whose reason may tell of other nodes.
_STOPPED = "The whole order is on hold, and its work here with it; {} has to release it."

#: Whose work the list may show.
_WHOSE = {"todo": "Mine and nobody's", "all": "Anybody's", "mine": "Mine", "free": "Nobody's"}


@dataclass(frozen=True, slots=True)
class Card:
    """One item with its sentence and what helps; `mine` says that this person may do that."""

    item: Item
    label: str
    why: str
    remedies: list[tuple[str, str, str]]
    mine: bool


class Workbench(FreshPage):
    """One queue of what is stuck; who may settle something takes it, but who is limited to nodes."""

    title = "Workbench"
    template_name = "console/workbench.html"
    permission_required = "orders.view_order"
    reach = Reach.OWN_NODES

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add a page of the queue and the counts of every kind."""
        at, me = timezone.now(), self.request.user.get_username()
        everywhere, settles, who = self.allowed is None, self._settles(), self._who()
        forms = FORMS if settles and not self._may_change() else None
        asked = _asked(self.request, self.among(None), who)
        found, after = workbench.queue(asked, at=at)
        counts = workbench.counts(me=me, at=at, node_ids=asked.node_ids)
        return super().get_context_data(
            cards=[_card(item, everywhere=everywhere, settles=settles, forms=forms) for item in found],
            older=_query(self.request, after=after) if after else "",
            first=_query(self.request, after="") if asked.after else "",
            tabs=[(one.kind, workbench.KINDS[one.kind], _shown(one, who)) for one in counts],
            totals=_totals(counts),
            asked=asked,
            who=who,
            whose=_WHOSE,
            narrowed=bool(asked.kind or asked.owner or asked.overdue),
            owners=sorted({owner for owner, _ in OWNERS.values()}),
            at=at,
            me=me,
            may_change=self._may_change(),
            may_bulk=any(item.kind in settles for item in found),
            **kwargs,
        )

    def post(self, request: HttpRequest) -> HttpResponseBase:
        """Take an item, give it back, or settle it."""
        if not self._settles():
            return HttpResponse(status=403)
        try:
            with unit_of_work():
                self._must_settle(request)
                said = _act(request)
                _write_down(request, said)
            messages.success(request, said)
        except DomainError as refusal:
            messages.error(request, str(refusal))
        return redirect(f"{reverse('console:workbench')}?{urlencode(request.GET)}")

    def _who(self) -> str:
        """Return whose work is asked for; who opens the page to work sees what is left to do."""
        opening = "todo" if not self.request.GET and self._may_change() else "all"
        who = self.request.GET.get("who", opening)
        return who if who in _WHOSE else "all"

    def _may_change(self) -> bool:
        return self.allowed is None and self.request.user.has_perm("orders.change_order")

    def _settles(self) -> frozenset[str]:
        """Return the kinds that this person may settle; concerns are not holds, and are for who changes orders."""
        if self.allowed is not None:
            return frozenset()
        return frozenset(workbench.KINDS) if self._may_change() else decides(self.request.user)

    def _must_settle(self, request: HttpRequest) -> None:
        if concerns.find(key=request.POST.get("key", "")).kind not in self._settles():
            raise PermissionDenied("Somebody else settles this.")


def _write_down(request: HttpRequest, said: str) -> None:
    note_change(
        kind="orders", code=request.POST.get("key", "")[:130], verb=Change.Verb.CHANGED,
        actor=request.user.get_username(), at=timezone.now(), note=f"Workbench: {said}",
    )  # fmt: skip


def _act(request: HttpRequest) -> str:
    key, me, at = request.POST.get("key", ""), request.user.get_username(), timezone.now()
    match request.POST.get("do"):
        case "take":
            concerns.assign(key=key, assignee=me, seen=request.POST.get("seen", ""), at=at, actor=me)
            return "You look after it."
        case "leave":
            concerns.assign(key=key, assignee="", seen=request.POST.get("seen", ""), at=at, actor=me)
            return "Nobody looks after it; its group sees it as free."
        case _:
            concerns.settle(key=key, reason="", at=at, actor=me)
            return "It is settled."


def _shown(one: Counts, who: str) -> int:
    """Return how many of a kind stand in the list."""
    return {"todo": one.mine + one.free, "mine": one.mine, "free": one.free}.get(who, one.total)


def _asked(request: HttpRequest, node_ids: Collection[int] | None, who: str) -> Asked:
    asked, me = request.GET, request.user.get_username()
    return Asked(
        kind=asked.get("kind", "") if asked.get("kind") in workbench.KINDS else "",
        owner=asked.get("owner", "")[:64].replace("\x00", ""),
        assignee=me if who == "mine" else "",
        todo=me if who == "todo" else "",
        unassigned=who == "free",
        overdue=asked.get("overdue") == "1",
        after=asked.get("after", ""),
        node_ids=node_ids,
    )


def _query(request: HttpRequest, *, after: str) -> str:
    query = request.GET.copy()
    query.pop("after", None)
    if after:
        query["after"] = after
    return "?" + query.urlencode()


def _totals(counts: Iterable[Counts]) -> dict[str, int]:
    sums = {"total": 0, "overdue": 0, "mine": 0, "free": 0}
    for one in counts:
        for name in sums:
            sums[name] += getattr(one, name)
    return sums


def _card(item: Item, *, everywhere: bool, settles: Collection[str], forms: Collection[str] | None) -> Card:
    """Return the card; of what this person settles only `forms` are shown, where these are not all."""
    mine = item.kind in settles
    helps = [one for one in REMEDIES.get(item.kind, ()) if not mine or forms is None or one[0] in forms]
    remedies = [(name, label, _url(item, name)) for name, label in helps]
    told = item.reason or everywhere
    words = why(item.kind, reason=item.reason, node=item.node) if told else _STOPPED.format(item.owner)
    return Card(item, workbench.KINDS[item.kind], words, remedies, mine)


def _url(item: Item, name: str) -> str:
    if name == "settle":
        return ""
    given = {"from": "workbench"}
    if name in {"approve-swap", "decline-swap"}:
        given["line"] = item.line_ref
    if name == "release":
        given |= {"kind": item.kind, "line": item.line_ref, "work": item.work_ref}
    if name == "cancel" and item.kind == "FRAUD":
        given["reason"] = "FRAUD"
    return f"{reverse('console:order-action', args=[item.order_ref, name])}?{urlencode(given)}"
