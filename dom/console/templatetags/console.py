"""How pages write money, states and instants."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import template
from django.forms import BoundField
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from dom.console import marking
from dom.console.documents.editor import Input
from dom.console.sheets import Sheet, cells_of, name_of
from dom.kernel.money import exponent_of
from inventory.models import Node
from orders.models import FulfillmentOrder

register = template.Library()

_TONES = {
    "HELD": "warn", "ON_HOLD": "warn", "BACKORDERED": "warn", "CANCEL_REQUESTED": "warn", "CANCELLED": "bad",
    "REJECTED": "bad", "SHIPPED": "good", "HANDED_OVER": "good", "READY": "good", "PARTLY_SHIPPED": "info",
    "IN_PROGRESS": "info", "ACCEPTED": "info", "PICKING": "info", "PICKED": "info", "PACKED": "info",
    "REQUESTED": "warn", "APPROVED": "info", "IN_TRANSIT": "info", "PARTLY_RECEIVED": "info", "RECEIVED": "good",
    "ACTIVE": "good", "PAUSED": "warn", "CLOSED": "bad", "DELIVERED": "good", "FAILED": "bad",
    "DONE": "good", "RUNNING": "info",
    "REVIEW": "warn", "POSTED": "good",
}  # fmt: skip


_ORDER_REF = re.compile(r"(O-[0-9A-Z]{11})\b")


@register.filter
def minor(amount: int, currency: str) -> str:
    """Write minor units as money: 1234 USD is "12.34 USD"."""
    digits = exponent_of(currency)
    if digits == 0:
        return f"{amount:,} {currency}"
    whole, part = divmod(abs(amount), 10**digits)
    return f"{'−' if amount < 0 else ''}{whole:,}.{part:0{digits}d} {currency}"


@register.filter
def e4(amount: int | None) -> str:
    """Write an engine cost (1/10,000 of the major unit) with two decimals, rounded half up."""
    if amount is None:
        return ""
    cents = (abs(amount) + 50) // 100
    return f"{'−' if amount < 0 else ''}{cents // 100:,}.{cents % 100:02d}"


@register.simple_tag
def state(code: str, label: str = "") -> SafeString:
    """Draw a state as a small sign."""
    words = label or code.replace("_", " ").capitalize()
    return format_html('<span class="tag {}">{}</span>', _TONES.get(code, ""), words)


@register.simple_tag
def node_link(code: str) -> SafeString:
    """Write a node's code as a way to its page."""
    return format_html('<a class="link" href="{}">{}</a>', reverse("console:node", args=[code]), code)


@register.filter
def nodes_of(works: Iterable[FulfillmentOrder]) -> list[tuple[Node, int]]:
    """Return each node that works for an order once, with how many pieces of work it has; what ended there counts not.

    The order is that of the work.
    """
    counted = Counter(work.node for work in works if work.status not in {"REJECTED", "CANCELLED"})
    return list(counted.items())


@register.filter
def first_due(works: Iterable[FulfillmentOrder]) -> FulfillmentOrder | None:
    """Return what of an order's open work has to leave first; None where nothing has a time."""
    due = [(work.ship_by, work.pk, work) for work in works if work.ship_by and work.status not in work.CLOSED]
    return min(due)[2] if due else None


@register.simple_tag
def moment(at: datetime | None, zone: str = "") -> SafeString | str:
    """Write an instant in the reader's zone; where a zone is named whose clock shows another time, that beside it."""
    if at is None:
        return ""
    here = timezone.localtime(at)
    own = at.astimezone(ZoneInfo(zone)) if zone else here
    differs = own.utcoffset() != here.utcoffset()
    beside = format_html(' <span class="mute">({} there)</span>', own.strftime("%H:%M %Z")) if differs else ""
    return format_html(
        '<time datetime="{}" title="{}">{}{}</time>',
        at.isoformat(), own.strftime("%a %d %b %H:%M ") + zone, here.strftime("%d %b %Y %H:%M %Z"), beside,
    )  # fmt: skip


@register.filter
def linked(text: str) -> SafeString:
    """Turn every reference of an order in `text` into a link to its page."""
    parts = [_link(part) if place % 2 else part for place, part in enumerate(_ORDER_REF.split(text))]
    return format_html_join("", "{}", ((part,) for part in parts))


def _link(ref: str) -> SafeString:
    return format_html('<a class="link" href="{}">{}</a>', reverse("console:order", args=[ref]), ref)


@register.filter
def there(at: datetime | None, zone: str) -> SafeString | str:
    """Write an instant as the clock at a node shows it, with the reader's own time as its title."""
    if at is None:
        return ""
    local = at.astimezone(ZoneInfo(zone))
    words, here = local.strftime("%a %d %b %H:%M %Z"), timezone.localtime(at).strftime("%d %b %Y %H:%M %Z")
    return format_html('<time datetime="{}" title="{}">{}</time>', at.isoformat(), here, words)


@register.filter
def age(at: datetime | None, now: datetime) -> str:
    """Say how long ago `at` was: "40 s", "12 min", "3 h", "5 d"."""
    if at is None:
        return ""
    seconds = int((now - at).total_seconds())
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds // size} {unit}"
    return f"{max(seconds, 0)} s"


@register.filter
def share(part: int, whole: int) -> float:
    """Return `part` as a percentage of `whole`, 0 of nothing."""
    return round(100 * part / whole, 1) if whole else 0.0


@register.filter
def kind(field: BoundField) -> str:
    """Say what sort of input a field is: "flag", "many", "code", "number", … for the template and its style."""
    return type(field.field).__name__.lower()


@register.filter
def mark(field: BoundField) -> SafeString | str:
    """Draw "optional" or "required" beside a field's label where the form marks it."""
    word = marking.mark(field)
    return format_html(' <span class="mute">{}</span>', word) if word else ""


@register.filter
def at(words: Mapping[str, str], name: str) -> str:
    """Return the words for `name`; the name itself where there are none."""
    return words.get(name, name)


@register.filter
def named(row: dict[str, Any], sheet: Sheet) -> str:
    """Name a row of a sheet by its key."""
    return name_of(sheet.feed.key(row))


@register.filter
def label(column: str, sheet: Sheet) -> str:
    """Return what the form calls a column of a sheet."""
    return {name: words for words, name in sheet.labels.items()}.get(column, column)


@register.filter
def facts(row: dict[str, Any], sheet: Sheet) -> str:
    """List what a row of a sheet says."""
    told = zip(sheet.columns, cells_of(sheet, row), strict=True)
    return ", ".join(f"{label(name, sheet)} {cell}" for name, cell in told if cell not in {"", None} and name != "code")


@register.filter
def minus(whole: int, part: int) -> int:
    """Return `whole` without `part`."""
    return whole - part


@register.filter
def filled(inputs: Sequence[Input]) -> bool:
    """Say whether any of the inputs says something, or is wrong."""
    return any(one.wrong or (one.value and one.kind != "days") for one in inputs)


@register.filter
def units_in_lines(lines: Any) -> str:
    """Write "3", or "7 in 4 lines" where there are several."""
    quantities = [line.quantity for line in lines]
    return f"{sum(quantities):,} in {len(quantities)} lines" if len(quantities) > 1 else f"{sum(quantities):,}"


@register.simple_tag(takes_context=True)
def th(context: Mapping[str, Any], title: str, name: str = "", css: str = "") -> SafeString:
    """Draw a column's head; where the page's `sorting` knows `name`, with a way to that order and a sign for it."""
    style = format_html(' class="{}"', css) if css else ""
    head = context["sorting"].head(name) if name else None
    if head is None:
        return format_html("<th{}>{}</th>", style, title)
    state = format_html(' aria-sort="{}"', head.state) if head.state else ""
    arrow = {"ascending": "↑", "descending": "↓"}.get(head.state, "↕")
    return format_html(
        '<th{}{}><a class="sort" href="{}" title="{}">{} <i aria-hidden="true">{}</i></a></th>',
        style, state, head.query, head.words, title, arrow,
    )  # fmt: skip
