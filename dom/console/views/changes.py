"""Who did what by hand: stock, orders, nodes, master data, configuration, keys and people, to be searched."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest, QueryDict

from dom.console.changed import Told, told
from dom.console.exporting import csv_answer
from dom.console.masters.registry import MASTERS
from dom.console.pages import ConsolePage
from dom.console.reach import Reach
from dom.console.sorting import Sort, Sorting
from dom.kernel.models import Change
from stores.services.access import PEOPLE

_DOCUMENTS = {
    "policy": "Policies", "rate-card": "Rate cards", "carrier-services": "Carrier services", "lanes": "Lanes",
    "api-client": "API clients",
    "calendar": "Calendars", "safety-stock": "Safety stock", "channel-rules": "Channel rules", "capacity": "Capacities",
    "low-stock": "Low-stock thresholds",
}  # fmt: skip
_DEEDS = {
    "orders": "Orders", "stock": "Stock", "transfers": "Transfers", "counts": "Counts", "supply": "Incoming supply",
    "webhooks": "Webhooks", "jobs": "Jobs", "appeasement": "Appeasement limits",
    "shortages": "Shortages", "transfer-approval": "Approval of transfers", "count-approval": "Approval of counts",
    "repairs": "Repairs", "other": "Other",
}  # fmt: skip
KINDS: Mapping[str, str] = {slug: one.words for slug, one in MASTERS.items()} | _DOCUMENTS | _DEEDS | {PEOPLE: "People"}
_EXPORTED = 100_000
SORTS = (Sort("when", "When", "id", "age"),)


class Changes(ConsolePage):
    """Everything that was changed, newest first; narrowed by kind, thing, person and day."""

    title = "Who changed what"
    template_name = "console/changed.html"
    permission_required = "kernel.view_change"
    reach = Reach.NETWORK

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Show one page, or send all that fits as CSV."""
        if request.GET.get("format") == "csv":
            header = ("at", "who", "kind", "thing", "what", "field", "from", "to", "note")
            return csv_answer("changes", header, _lines(self._rows()[:_EXPORTED]))
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add one page of changes."""
        asked = self.request.GET
        sorting = Sorting(asked, SORTS, default="when")
        page = sorting.page(self._rows())
        kinds = sorted(((kind, words) for kind, words in KINDS.items() if self._sees(kind)), key=lambda one: one[1])
        return super().get_context_data(
            page=page, sorting=sorting, changes=told(page.rows), kinds=kinds, names=KINDS, asked=asked, **kwargs
        )

    def _rows(self) -> "QuerySet[Change]":
        rows = _asked(self.request.GET)
        return rows if self._sees(PEOPLE) else rows.exclude(kind=PEOPLE)

    def _sees(self, kind: str) -> bool:
        """What becomes of people is for who may see people."""
        return kind != PEOPLE or self.request.user.has_perm("auth.view_user")


def _asked(asked: QueryDict) -> "QuerySet[Change]":
    rows = Change.objects.order_by("-id")
    words = {"kind": "kind", "q": "code__startswith", "who": "actor"}
    rows = rows.filter(**{lookup: text for name, lookup in words.items() if (text := _text(asked, name))})
    first, last = _day(asked.get("from")), _day(asked.get("until"))
    if first is not None:
        rows = rows.filter(at__gte=first)
    return rows.filter(at__lt=last + timedelta(days=1)) if last is not None else rows


def _text(asked: QueryDict, name: str) -> str:
    return asked.get(name, "").strip().replace("\x00", "")


def _day(text: str | None) -> datetime | None:
    try:
        day = date.fromisoformat(text or "")
    except ValueError:
        return None
    return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(settings.TIME_ZONE)) if day.year < 9999 else None


def _lines(rows: "QuerySet[Change]") -> Iterator[Sequence[object]]:
    for one in told(rows):
        yield from _of(one)


def _of(one: Told) -> Iterator[Sequence[object]]:
    head = (one.at.isoformat(timespec="seconds"), one.actor, KINDS.get(one.kind, one.kind), one.code, one.words)
    for field in one.fields:
        yield (*head, field.label, field.before, field.after, one.note)
    if not one.fields:
        yield (*head, "", "", "", one.note)
