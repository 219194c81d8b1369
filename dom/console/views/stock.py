"""Stock of every SKU, summed over nodes, and the levels that are in trouble."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.functional import cached_property

from dom.console.exporting import csv_answer
from dom.console.pages import ConsolePage
from dom.console.reach import Reach
from dom.console.sorting import Sort, Sorting, is_bounded
from dom.console.views.bulk import WorkBulk
from dom.console.views.shortages import in_words
from inventory.models import NodeGroup, Sku, StockLevel
from inventory.selectors.places import summed, sums
from inventory.selectors.shortages import owed
from inventory.selectors.stock_lists import TROUBLES, levels, nodes_of, skus
from orders.models import FulfillmentOrder
from orders.services.short_stock import live_policy

_CHUNK = 500
_MOST_ROWS = 200_000
_ADDED = Sort("added", "Added", "id", "age")
_NAME = Sort("name", "Name", "name", "text")
#: So many SKUs may be put into the order of what their levels add up to while somebody waits.
_MOST_SUMMED = 500
_LEVELS = (_ADDED, Sort("sku", "SKU", "sku__code"), Sort("node", "Node", "node__code"))
#: Every SKU, and the levels of each trouble; only what is short is few by nature.
SORTS = {
    "": (_ADDED, Sort("sku", "SKU", "code"), _NAME),
    "short": (*_LEVELS, Sort("short", "Short by", "shortage", "number", down=True)),
    "low": (_ADDED, Sort("low", "Low since", "low_since", "age")),
    "unsellable": (_ADDED, Sort("unsellable", "Unsellable", "unsellable", "number", down=True)),
    "unlimited": (_ADDED,),
}


class Stock(ConsolePage):
    """SKUs with their sums, or the levels of one kind of trouble."""

    title = "Stock"
    template_name = "console/stock.html"
    permission_required = "inventory.view_stocklevel"
    reach = Reach.OWN_NODES

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Answer a page, or everything that was found as a file."""
        if request.GET.get("format") != "csv":
            return super().get(request, *args, **kwargs)
        if self._view():
            return csv_answer(f"stock-{self._view()}", _LEVEL_HEADER, _level_rows(self._levels()))
        return csv_answer("stock", _SKU_HEADER, _sku_rows(self._skus(), self._nodes))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add one page of SKUs or of levels."""
        asked, view = self.request.GET, self._view()
        sorting = Sorting(asked, [*SORTS[view], *([] if view else self._summed_sorts())], default="added")
        page = sorting.page(self._levels() if view else self._skus())
        if not view:
            found = sums([sku.id for sku in page.rows], self._nodes)
            kwargs["rows"] = [(sku, found[sku.id]) for sku in page.rows]
        if view == "short":
            kwargs["owed"], kwargs["handling"] = _owed(page.rows), in_words(live_policy())
            kwargs["may_bulk"] = WorkBulk.is_open_to(self.request.user) and self.request.user.has_perm(
                WorkBulk.permission_required
            )
        return super().get_context_data(
            page=page,
            sorting=sorting,
            asked=asked,
            view=view,
            views=TROUBLES.items(),
            groups=NodeGroup.objects.order_by("code").values_list("code", "name"),
            nodes=self.node_codes(),
            query=_without_paging(asked),
            **kwargs,
        )

    def _view(self) -> str:
        view = self.request.GET.get("view", "")
        return view if view in TROUBLES else ""

    def _skus(self) -> Any:
        asked = self.request.GET
        return skus(search=asked.get("q", ""), tag=asked.get("tag", ""), node_ids=self._nodes)

    def _summed_sorts(self) -> Sequence[Sort]:
        """Return the sums to order by, where the list is narrowed to so few SKUs that they can be added up at once."""
        asked = self.request.GET
        narrowed = any(asked.get(name) for name in ("q", "tag"))
        if not narrowed or not is_bounded(self._skus(), _MOST_SUMMED):
            return ()
        words = (("on-hand", "On hand", "on_hand"), ("free", "Free", "free"))
        return [
            Sort(name, word, column, "number", down=True, value=summed(column, self._nodes))
            for name, word, column in words
        ]

    def _levels(self) -> Any:
        return levels(trouble=self._view(), tag=self.request.GET.get("tag", ""), node_ids=self._nodes)

    @cached_property
    def _nodes(self) -> list[int] | None:
        """The nodes that were asked for, as far as they are within reach; None for all there are."""
        node, group = self.request.GET.get("node", ""), self.request.GET.get("group", "")
        return self.among(nodes_of(node=node, in_group=group) if node or group else None)


@dataclass(frozen=True, slots=True)
class Claim:
    """What one piece of a node's work claims of a level that is short."""

    work: FulfillmentOrder
    units: int


def _owed(levels: Sequence[StockLevel]) -> list[tuple[StockLevel, list[Claim]]]:
    """Return each level with the open work that claims it, the latest first; two statements."""
    claims = owed(levels)
    refs = {one.demand_ref for some in claims.values() for one in some}
    work = {one.ref: one for one in FulfillmentOrder.objects.filter(ref__in=refs).select_related("order")}
    return [
        (level, [Claim(work[one.demand_ref], one.units) for one in claims[level.id] if one.demand_ref in work])
        for level in levels
    ]


def _without_paging(asked: Any) -> str:
    query = asked.copy()
    for name in ("before", "after", "format"):
        query.pop(name, None)
    return str(query.urlencode())


_SKU_HEADER = (
    "sku", "name", "gtin", "on_hand", "unsellable", "reserved", "shortage", "free", "nodes", "unlimited", "incoming",
)  # fmt: skip
_LEVEL_HEADER = (
    "sku", "name", "node", "on_hand", "unsellable", "reserved", "shortage", "safety_stock", "unlimited", "counted_at",
    "low_at", "low_since",
)  # fmt: skip


def _sku_rows(rows: Any, nodes: list[int] | None) -> Iterator[tuple[object, ...]]:
    some: list[Sku] = []
    for sku in rows[:_MOST_ROWS].iterator(chunk_size=_CHUNK):
        some.append(sku)
        if len(some) == _CHUNK:
            yield from _summed(some, nodes)
            some = []
    yield from _summed(some, nodes)


def _summed(some: list[Sku], nodes: list[int] | None) -> Iterator[tuple[object, ...]]:
    found = sums([sku.id for sku in some], nodes) if some else {}
    for sku in some:
        one = found[sku.id]
        yield (
            sku.code, sku.name, sku.gtin, one.on_hand, one.unsellable, one.reserved, one.shortage, one.free, one.nodes,
            one.unlimited, one.incoming,
        )  # fmt: skip


def _level_rows(rows: Any) -> Iterator[tuple[object, ...]]:
    level: StockLevel
    for level in rows[:_MOST_ROWS].iterator(chunk_size=_CHUNK):
        yield (
            level.sku.code, level.sku.name, level.node.code, level.on_hand, level.unsellable, level.reserved,
            level.shortage, level.safety_stock, level.unlimited, level.counted_at and level.counted_at.isoformat(),
            "" if level.low_at is None else level.low_threshold, level.low_since and level.low_since.isoformat(),
        )  # fmt: skip
