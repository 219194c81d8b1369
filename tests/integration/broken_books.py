"""The ways in which each law that `prove` checks can be broken behind the product's back, by the check's name."""

from collections.abc import Mapping, Sequence

_LINE = "UPDATE orders_order_line SET"
_PART = "UPDATE orders_fulfillment_order_line SET"
_WORK = "UPDATE orders_fulfillment_order SET"
_LEVEL = "UPDATE inventory_stock_level SET"
_CLAIM = "UPDATE inventory_reservation SET"
_DEMAND = "UPDATE inventory_queued_demand SET"
_DAY = "UPDATE inventory_node_day SET"
_SENT = "UPDATE inventory_transfer_line SET"
_QUOTA = "UPDATE inventory_channel_quota SET"
_EVENT = "UPDATE kernel_event SET"
_VERSION = "UPDATE kernel_config_version SET"
_ENTRY = """
INSERT INTO orders_payment_entry (order_id, shipment_id, tender, kind, amount_minor, currency, reference, at)
SELECT f.order_id, {shipment}, '{tender}', '{kind}', {amount}, 'USD', '', now()
FROM orders_shipment s JOIN orders_fulfillment_order f ON f.id = s.fulfillment_order_id
"""
_HELD = """
INSERT INTO orders_hold (order_id, kind, owner, reason, placed_by, placed_at, released_by)
SELECT id, 'MANUAL', '', '', '', now(), '' FROM orders_order
"""
_BUNDLE = f"""
{_LINE} kind = 'BUNDLE', cancelled = 1 WHERE sku_code = 'TEE';
{_LINE} parent_id = (SELECT min(id) FROM orders_order_line) WHERE sku_code = 'MUG'
"""
_LOST_COUNT = """
INSERT INTO inventory_count_session
    (ref, status, node_id, blind, chosen_by, note, opened_by, opened_at, closed_by, revision)
SELECT 'C-1', 'LOST', min(id), true, '', '', '', now(), '', 1 FROM inventory_node
"""


def _entry(kind: str, amount: int, *, tender: str = "card", shipment: str = "s.id") -> str:
    return _ENTRY.format(kind=kind, amount=amount, tender=tender, shipment=shipment)


BROKEN: Mapping[str, Sequence[str]] = {
    "balances stay within stock, and a shortage is what is missing": (
        *(f"{_LEVEL} {name} = -1" for name in ("on_hand", "unsellable", "reserved", "shortage", "safety_stock")),
        f"{_LEVEL} reserved = on_hand + 1",
        f"{_LEVEL} unsellable = on_hand + 1",
        f"{_LEVEL} shortage = 1",
        f"{_LEVEL} shortage = 1, unlimited = true",
    ),
    "balances are the sum of their ledgers": (
        *(f"{_LEVEL} {name} = {name} + 1" for name in ("on_hand", "unsellable", "reserved", "safety_stock")),
        "UPDATE inventory_stock_movement SET on_hand_delta = on_hand_delta + 1",
        "UPDATE inventory_stock_movement SET unsellable_delta = unsellable_delta + 1",
        "UPDATE inventory_stock_movement SET safety_stock_delta = safety_stock_delta + 1",
        "DELETE FROM inventory_reservation_entry WHERE kind = 'CONSUME'",
        "DELETE FROM inventory_stock_level",
    ),
    "a transfer's lines are the sum of its entries": (
        *(f"{_SENT} {name} = {name} + 1" for name in ("shipped", "received", "damaged", "written_off")),
        "DELETE FROM inventory_transfer_entry",
    ),
    "what a transfer sent and received stands in the stock ledger": (
        "DELETE FROM inventory_stock_movement WHERE kind = 'TRANSFER_OUT'",
        "UPDATE inventory_stock_movement SET on_hand_delta = on_hand_delta - 1 WHERE kind = 'RECEIVE'",
    ),
    "what is in transit is incoming supply of the receiving node": (
        f"{_SENT} written_off = 1",
        "UPDATE inventory_incoming_supply SET quantity = quantity + 1",
        "UPDATE inventory_incoming_supply SET closed_at = now()",
        "UPDATE inventory_transfer SET closed_at = now()",
    ),
    "reserved is the sum of open claims on hand": (
        f"{_LEVEL} reserved = reserved + 1",
        "DELETE FROM inventory_reservation WHERE kind = 'SOFT'",
        f"{_CLAIM} node_id = node_id + 1 WHERE kind = 'HARD' AND supply_id IS NULL",
        f"{_CLAIM} supply_id = NULL WHERE supply_id IS NOT NULL",
    ),
    "incoming supply's reserved is the sum of its open claims": (
        "UPDATE inventory_incoming_supply SET reserved = reserved + 1",
        f"{_CLAIM} quantity = quantity - 1 WHERE supply_id IS NOT NULL",
        "DELETE FROM inventory_incoming_supply",
    ),
    "a claim is what its entries say, and nothing is left of one that ended": (
        f"{_CLAIM} quantity = quantity + 1",
        f"{_CLAIM} line_ref = 'other'",
        "DELETE FROM inventory_reservation",
        "DELETE FROM inventory_reservation_entry WHERE kind = 'CONSUME'",
        "DELETE FROM inventory_reservation_entry WHERE kind = 'RESERVE'",
    ),
    "every unit of an order line has one fate": (
        *(f"{_LINE} {name} = {name} + 1" for name in ("quantity", "queued", "backordered", "planned", "cancelled")),
        f"{_LINE} shipped = shipped - 1",
        f"{_LINE} returned = shipped + 1",
        f"{_LINE} returned = -1",
        f"{_LINE} queued = -1, planned = quantity + 1, backordered = 0, shipped = 0, cancelled = 0",
        f"{_LINE} queued = quantity + 1, planned = -1, backordered = 0, shipped = 0, cancelled = 0",
        f"{_LINE} queued = quantity + 1, planned = 0, backordered = -1, shipped = 0, cancelled = 0",
        f"{_LINE} queued = quantity + 1, planned = 0, backordered = 0, shipped = -1, returned = -1, cancelled = 0",
        f"{_LINE} queued = quantity + 1, planned = 0, backordered = 0, shipped = 0, cancelled = -1",
    ),
    "a bundle is cancelled when all its components are, with what belongs to it": (_BUNDLE,),
    "every unit of a fulfillment order line has one fate": (
        f"{_PART} quantity = quantity + 1",
        *(
            f"{_PART} {one} = -1, {other} = {other} + {one} + 1"
            for one, other in (
                ("to_pick", "shorted"),
                ("picked", "shorted"),
                ("shorted", "shipped"),
                ("cancelled", "shipped"),
                ("shipped", "shorted"),
            )
        ),
    ),
    "planned units are the open units of fulfillment orders": (
        f"{_LINE} planned = planned + 1",
        f"{_PART} to_pick = to_pick + 1",
        f"{_PART} picked = picked + 1",
        "DELETE FROM orders_fulfillment_order_line WHERE to_pick > 0",
    ),
    "shipped units left in packages": (
        f"{_PART} shipped = shipped + 1",
        "UPDATE orders_shipment_line SET quantity = quantity + 1",
        "DELETE FROM orders_package",
    ),
    "open work is backed by hard claims of exactly its units, closed work by none": (
        f"{_CLAIM} quantity = quantity + 1 WHERE demand_ref LIKE 'F-%'",
        f"{_CLAIM} node_id = node_id + 1 WHERE demand_ref LIKE 'F-%'",
        f"{_CLAIM} sku_id = sku_id + 1 WHERE demand_ref LIKE 'F-%'",
        f"{_CLAIM} kind = 'SOFT' WHERE demand_ref LIKE 'F-%'",
        "DELETE FROM inventory_reservation WHERE demand_ref LIKE 'F-%'",
        f"{_WORK} status = 'CANCELLED'",
        f"{_PART} picked = picked + 1",
    ),
    "closed work has no open units": (
        f"{_WORK} status = 'CANCELLED'",
        f"{_PART} to_pick = 1 WHERE shipped > 0",
        f"{_PART} picked = 1 WHERE shipped > 0",
    ),
    "every queued unit is counted once, by queued demand or by a claim of its group": (
        f"{_DEMAND} quantity = quantity - 1",
        f"{_DEMAND} quantity = quantity + 1",
        f"{_DEMAND} line_ref = 'other'",
        "DELETE FROM inventory_queued_demand",
        f"{_LINE} backordered = 1 WHERE queued > 0; {_DEMAND} quantity = quantity + 2",
    ),
    "claims on incoming supply are of backordered units": (
        f"{_LINE} backordered = 1 WHERE backordered > 0",
        f"{_CLAIM} line_ref = 'other' WHERE supply_id IS NOT NULL",
    ),
    "no more is claimed and counted for a line than waits": (
        f"{_DEMAND} quantity = quantity + 1",
        f"{_CLAIM} quantity = quantity + 3 WHERE supply_id IS NOT NULL",
        f"{_CLAIM} line_ref = 'other' WHERE demand_ref LIKE 'O-%'",
    ),
    "what waits for routing stands in the queue": (
        "DELETE FROM orders_routing_task",
        f"{_LINE} kind = 'COMPONENT'; DELETE FROM orders_routing_task",
    ),
    "a quota's use is its open and consumed claims": (
        f"{_QUOTA} used = used + 1",
        f"{_QUOTA} quota = used - 1",
        f"{_QUOTA} since_entry = since_entry + 1000",
        f"{_CLAIM} channel_id = channel_id + 1",
    ),
    "a node-day's use is what its demands use": (
        f"{_DAY} used = used + 1",
        f'{_DAY} "limit" = used - 1',
        "DELETE FROM inventory_node_day_use",
        "DELETE FROM inventory_node_day",
    ),
    "backorders are counted by the limits of their SKUs, and within them": (
        "UPDATE inventory_backorder_count SET allowed = allowed + 1",
        "UPDATE inventory_sku SET backorder_limit = NULL",
        "UPDATE inventory_sku SET backorder_limit = 3; UPDATE inventory_backorder_count SET allowed = 3",
        "DELETE FROM inventory_backorder_count",
    ),
    "a SKU's waiting units are those of its backordered lines": (
        "UPDATE inventory_backorder_count SET waiting = waiting - 1",
        f"{_LINE} backordered = backordered + 1",
        "DELETE FROM inventory_backorder_count",
    ),
    "work takes of its day what it has to send or has sent": (
        f"{_DAY} used = used + 1; UPDATE inventory_node_day_use SET quantity = quantity + 1",
        "DELETE FROM inventory_node_day_use",
        f"{_WORK} work_date = work_date + 1",
        f"{_PART} shipped = 0, shorted = quantity WHERE shipped > 0",
    ),
    "an order's status is what its units, holds and work say": (
        "UPDATE orders_order SET status = 'SHIPPED'",
        "UPDATE orders_order SET status = 'QUEUED'",
        f"{_WORK} status = 'PICKING'",
        _HELD,
    ),
    "a fulfillment order's state is in its machine": (f"{_WORK} status = 'LOST'",),
    "a transfer's and a count's state is in its machine": (
        "UPDATE inventory_transfer SET status = 'LOST'",
        _LOST_COUNT,
    ),
    "every revision has its one event": (
        "UPDATE orders_order SET revision = revision + 1",
        f"{_WORK} revision = revision + 1",
        "DELETE FROM kernel_event WHERE entity = 'order' AND revision = 1",
        f"{_EVENT} revision = 1 WHERE entity = 'order'",
        f"{_EVENT} revision = revision + 1 WHERE entity = 'fulfillment_order'",
    ),
    "every revision of a transfer has its one event": (
        "UPDATE inventory_transfer SET revision = revision + 1",
        "DELETE FROM kernel_event WHERE entity = 'transfer'",
        f"{_EVENT} revision = 1 WHERE entity = 'transfer'",
        f"{_EVENT} revision = revision + 1 WHERE entity = 'transfer'",
    ),
    "stock is marked low where no more than the threshold is free": (
        f"{_LEVEL} low_since = now()",
        f"{_LEVEL} low_at = 100",
        f"{_LEVEL} low_at = 1, low_percent = 100",
        f"{_LEVEL} low_at = 100, low_since = now(), unlimited = true",
    ),
    "every position up to the last one given has its one event": (
        f"{_EVENT} position = 2 WHERE position = 1",
        f"{_EVENT} position = position + 1",
        "DELETE FROM kernel_event WHERE position = 2",
        "DELETE FROM kernel_event WHERE position = (SELECT position FROM kernel_event_sequence)",
        "UPDATE kernel_event_sequence SET position = position - 1",
        "UPDATE kernel_event_sequence SET forgotten = 3; DELETE FROM kernel_event WHERE position = 4",
        "DELETE FROM kernel_event_sequence",
    ),
    "published versions are numbered without a gap, and no two are live at once": (
        f"{_VERSION} number = number + 1 WHERE number > 1",
        f"{_VERSION} live_until = NULL",
        f"{_VERSION} live_until = live_until + interval '1 second' WHERE number = 1",
        f"{_VERSION} live_until = live_from - interval '1 second' WHERE number = 1",
    ),
    "a decision names versions that were published": (
        "DELETE FROM kernel_config_version",
        f"{_VERSION} status = 'DRAFT'",
        f"{_VERSION} scope = 'other'",
        f"{_VERSION} kind = 'other'",
        f"{_VERSION} number = number + 10",
    ),
    "a decision has its place in a run, which names its engine and the network it saw": (
        "DELETE FROM routing_run",
        "DELETE FROM routing_network",
        "UPDATE routing_run SET engine_version = ''",
        "UPDATE routing_run SET requests = 0",
        "UPDATE routing_decision SET position = -1",
        "UPDATE routing_decision SET run_id = run_id + 1000",
    ),
    "a place in a run is decided once": (
        "UPDATE routing_decision SET position = 0, run_id = (SELECT min(run_id) FROM routing_decision)",
    ),
    "an order's total is its lines and charges": (
        "UPDATE orders_order SET total_minor = total_minor + 1",
        "UPDATE orders_order SET charges_minor = charges_minor + 1",
        *(f"{_LINE} {name} = {name} + 1" for name in ("quantity", "unit_price_minor", "discount_minor", "tax_minor")),
        "DELETE FROM orders_order_line",
    ),
    "shares of shipments and cancellations add up to the order": (
        "UPDATE orders_shipment SET amount_minor = amount_minor - 1",
        "UPDATE orders_shipment SET amount_minor = amount_minor + 1",
        "DELETE FROM orders_shipment",
        "UPDATE orders_order_change SET data = '{\"cancelled_minor\": 9999}'",
    ),
    "no more is captured than authorized, nor refunded than captured": (
        _entry("CAPTURE", 1),
        _entry("CAPTURE", 1, tender="gift"),
        _entry("REFUND", 3_001),
        _entry("REFUND", 1, tender="gift"),
        _entry("ADJUST", -1),
    ),
    "no shipment is captured beyond its amount, nor refunded beyond what was captured for it": (
        _entry("CAPTURE", 1),
        _entry("REFUND", 3_001),
        "UPDATE orders_shipment SET amount_minor = 2999",
    ),
    "claims and queued demand name a SKU and a channel": (
        f"{_DEMAND} sku_id = 0",
        f"{_DEMAND} channel_id = 0",
        f"{_CLAIM} sku_id = 0",
        f"{_CLAIM} channel_id = 0",
    ),
    "no ledger entry or claim without its level": (
        "DELETE FROM inventory_stock_level; DELETE FROM inventory_reservation",
        "DELETE FROM inventory_stock_level; DELETE FROM inventory_stock_movement",
    ),
    "lines, groups and work belong to one order": (
        "UPDATE orders_fulfillment_group SET order_id = order_id + 1",
        f"{_WORK} order_id = order_id + 1",
        f"{_WORK} group_id = group_id + 1",
    ),
    "no claim or queued demand of an order that is not there": (
        f"{_DEMAND} demand_ref = 'O-GONE:1'",
        f"{_CLAIM} demand_ref = 'O-GONE:1' WHERE supply_id IS NOT NULL",
        f"{_CLAIM} demand_ref = 'F-GONE' WHERE demand_ref LIKE 'F-%'",
    ),
}
