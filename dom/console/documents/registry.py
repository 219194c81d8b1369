"""Names the kinds of documents that have pages, in the order of the menu."""

from collections.abc import Mapping

from dom.console.documents import carrying, hours, policies, stock_rules
from dom.console.documents.sort import DocumentSort

SORTS: Mapping[str, DocumentSort] = {
    one.kind: one
    for one in (
        policies.POLICIES, stock_rules.SAFETY_STOCK, stock_rules.CHANNEL_RULES, stock_rules.LOW_STOCK,
        stock_rules.CAPACITY, hours.CALENDARS, carrying.RATE_CARDS, carrying.SERVICES, carrying.LANES_SORT,
    )
}  # fmt: skip
