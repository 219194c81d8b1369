"""Declares what happens to orders and to the work of nodes; the texts and fields are part of the contract."""

from dom.kernel.event_kinds import declare

_PART = "fulfillment_order node"

declare(
    "order",
    # What a change cancelled, and its reason as a code, stand in the event of that change, whichever it is.
    "status reason? cancelled_minor?",
    [
        ("placed", "The order was accepted", "external_ref holds lines units"),
        (
            "held",
            "It waits for a person: payment, address, fraud, an unknown SKU, or by hand; `data.hold` names why",
            "hold line_ref? fulfillment_order?",
        ),
        ("hold_overdue", "Nobody ended a hold in its time; `data.holds` names them", "holds"),
        ("released", "A hold has ended and it goes on", "hold? kinds? line_ref? fulfillment_order?"),
        ("routed", "Nodes were chosen; `data.fulfillment_orders` names them", "fulfillment_orders unfilled?"),
        ("rerouted", "A person had it planned anew", "ignore_rules node? units?"),
        (
            "unfilled",
            "No node can fill some of it; `data.unfilled` says what becomes of the rest",
            "unfilled fulfillment_orders",
        ),
        (
            "supply_lost",
            "Incoming supply it counted on came short, late or not at all; it is decided on again",
            "lines",
        ),
        ("stock_short", "A node has less than it was to send; the units are routed again", "lines"),
        ("woken", "Stock arrived for what was backordered", "lines"),
        ("address_changed", "It goes to another address", "groups country postal_code"),
        ("method_changed", "A group goes another way; it is planned again", "group method node"),
        (
            "swap_proposed",
            "A line waits until somebody approves that it sells another SKU",
            "line_ref sku before",
        ),
        ("swap_declined", "A proposed swap was declined; the line stays what it was", "line_ref sku before"),
        (
            "item_swapped",
            "A line sells another SKU; it is planned again. `data.hold` names a hold that this ended",
            "line_ref sku before hold? fulfillment_order?",
        ),
        ("cancel_requested", "Nodes that work on it were asked to stop", "units requests"),
        ("cancelled", "What had not left was cancelled", "units? requests? lines? fulfillment_order?"),
        ("work_released", "A person let a node begin its part before its time", _PART),
        ("accepted_by_node", "A node has taken its part on", _PART),
        ("picked_by_node", "A node has picked its part", f"{_PART} shorted"),
        ("shorted_by_node", "A node did not find all of its part; the rest is routed again", f"{_PART} shorted"),
        ("packed_by_node", "A node has packed its part", _PART),
        ("ready_by_node", "A node has its part ready to be picked up", _PART),
        ("rejected_by_node", "A node said no; the rest is routed again", f"{_PART} lines"),
        ("work_cancelled", "A node's work was taken back; the rest is routed again", "fulfillment_order lines"),
        (
            "shipped",
            "A part has left; `data.packages` holds tracking numbers",
            f"{_PART} shipment packages amount_minor",
        ),
        (
            "handed_over",
            "A part was picked up by the customer",
            f"{_PART} shipment packages amount_minor handed_to",
        ),
        (
            "payment_recorded",
            "Its money was authorized, captured, voided or refunded, as `data.payment` says",
            "payment amount_minor currency tender shipment",
        ),
        ("appeased", "Money was given back as an apology", "amount_minor refunded_minor waived_minor currency"),
        (
            "wait_changed",
            "What is missing waits longer or shorter; `data.until` says until when, empty without end",
            "until before",
        ),
        ("assigned", "Somebody looks after what is stuck of it", "kind assignee owner"),
        ("settled", "What was stuck of it is settled", "kind"),
        ("noted", "Somebody left a note; its words stay in the back office", ""),
        ("customer_erased", "The customer's personal data was overwritten", ""),
    ],
)
declare(
    "fulfillment_order",
    "order status",
    [
        ("planned", "A node is to fill these lines; it may still change", "service lines"),
        ("released", "Its time has come: the node may begin", ""),
        ("accepted", "The node has taken it on", ""),
        ("picked", "Units were found", "lines"),
        ("shorted", "Units were not found, or are not there; they are routed again", "lines reason?"),
        ("rejected", "The node said no", "lines reason"),
        ("packed", "Everything picked is packed", ""),
        ("ready", "It is ready to be picked up", ""),
        ("shipped", "It is gone", "shipment packages amount_minor"),
        ("handed_over", "The customer has it", "shipment packages amount_minor handed_to"),
        ("held", "A hold stops it", ""),
        ("resumed", "It goes on", ""),
        ("cancel_requested", "The node was asked to stop", "lines"),
        ("cancel_refused", "It is too late to stop", ""),
        ("cancelled", "It ended without being filled", "reason lines?"),
    ],
)
