"""Names the kinds of rows that go out and come in as CSV."""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import Any

from django.http import Http404

from dom.console.documents.registry import SORTS
from dom.console.masters.master import Master, narrowed
from dom.console.masters.registry import MASTERS
from dom.console.people_sheet import PEOPLE_SHEET
from dom.console.sheets import Row, Sheet
from dom.console.stock_sheets import STOCK_SHEETS
from dom.kernel import config
from dom.kernel.rest.feeds import Feed
from inventory.api.rule_feeds import CAPACITY_LINES, CHANNEL_RULES, LOW_STOCK, SAFETY_STOCK
from inventory.api.rule_shapes import QuotaShape
from inventory.models import ChannelQuota
from routing.api.calendar_feed import CALENDAR_DAYS, days_of, tidied
from routing.api.feeds import PRICES, lines_of
from routing.api.list_feeds import CARRIER_SERVICE_LINES, LANE_LINES, LANES_SHEET, SERVICES

_AT_ONCE = 2_000


def _sheet(master: Master) -> Sheet:
    shape: Any = master.form.feed.shape()

    def every(asked: Mapping[str, str]) -> Iterable[Row]:
        rows = narrowed(master, asked).order_by(master.order)
        return map(shape.to_representation, rows.iterator(chunk_size=_AT_ONCE))

    def known(keys: Sequence[Any]) -> Mapping[Hashable, Row]:
        rows = map(shape.to_representation, master.rows().filter(code__in=keys))
        return {master.form.feed.key(row): row for row in rows}

    return Sheet(
        slug=master.slug,
        words=master.words,
        feed=master.form.feed,
        every=every,
        known=_quotas if master.model is ChannelQuota else known,
        permission=master.permission("{}"),
        labels={str(field.label): name for name, field in master.form.base_fields.items() if name != "seen"},
    )


def _quotas(keys: Sequence[Any]) -> Mapping[Hashable, Row]:
    channels, skus = {channel for channel, _sku in keys}, {sku for _channel, sku in keys}
    rows = ChannelQuota.objects.filter(channel__code__in=channels, sku__code__in=skus).select_related("channel", "sku")
    shape = QuotaShape()
    return {(one.channel.code, one.sku.code): shape.to_representation(one) for one in rows}


def _of_documents(
    kind: str, words: str, feed: Feed, lines: Callable[[str, Row], Iterable[Row]], tidy: Callable[[Row], Row] = dict
) -> Sheet:
    """Return the sheet of the live documents of `kind`, each as the rows that `lines` makes of it."""

    def rows() -> Iterable[Row]:
        live = config.live_versions(kind)
        return (row for scope in sorted(live) for row in lines(scope, live[scope].body))

    def known(keys: Sequence[Any]) -> Mapping[Hashable, Row]:
        wanted = set(keys)
        return {key: row for row in rows() if (key := feed.key(row)) in wanted}

    return Sheet(
        slug=feed.kind,
        words=words,
        feed=feed,
        every=lambda _asked: rows(),
        known=known,
        permission=SORTS[kind].permission,
        home=kind,
        tidy=tidy,
    )


def _itself(_scope: str, body: Row) -> Iterable[Row]:
    return (body,)


def _limits(node: str, body: Row) -> Iterable[Row]:
    return ({"node": node, **limit} for limit in body["limits"])


_DOCUMENTS = (
    _of_documents("safety-stock", "Safety stock", SAFETY_STOCK, _itself),
    _of_documents("channel-rules", "Channel rules", CHANNEL_RULES, _itself),
    _of_documents("low-stock", "Low-stock thresholds", LOW_STOCK, _itself),
    _of_documents("capacity", "Capacities", CAPACITY_LINES, _limits),
    _of_documents("calendar", "Calendars", CALENDAR_DAYS, days_of, tidied),
    _of_documents("rate-card", "Rate cards", PRICES, lines_of),
    _of_documents("carrier-services", "Carrier services", CARRIER_SERVICE_LINES, SERVICES.lines_of),
    _of_documents("lanes", "Lanes", LANE_LINES, LANES_SHEET.lines_of),
)
SHEETS: Mapping[str, Sheet] = {
    **{slug: _sheet(master) for slug, master in MASTERS.items()},
    **STOCK_SHEETS,
    PEOPLE_SHEET.slug: PEOPLE_SHEET,
    **{one.slug: one for one in _DOCUMENTS},
}
#: The sheet of a kind of documents.
SHEET_OF = {one.home: one.slug for one in _DOCUMENTS}


def sheet_of(slug: str) -> Sheet:
    """Return the kind of rows that an address names.

    Raises:
        Http404: there is no such kind.
    """
    if slug not in SHEETS:
        raise Http404(f"There are no rows called {slug}.")
    return SHEETS[slug]
