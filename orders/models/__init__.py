"""Orders, what became of them, and the work they make."""

from orders.models.backorder_try import BackorderTry
from orders.models.concern import Concern
from orders.models.fulfillment_order import FulfillmentOrder, FulfillmentOrderLine, Package, Shipment, ShipmentLine
from orders.models.ledger import Hold, OrderChange, PaymentEntry
from orders.models.order import FulfillmentGroup, Order, OrderLine
from orders.models.person import Address, CustomerContact
from orders.models.routing_task import RoutingTask
from orders.models.saved_view import SavedView

__all__ = [
    "Address",
    "BackorderTry",
    "Concern",
    "CustomerContact",
    "FulfillmentGroup",
    "FulfillmentOrder",
    "FulfillmentOrderLine",
    "Hold",
    "Order",
    "OrderChange",
    "OrderLine",
    "Package",
    "PaymentEntry",
    "RoutingTask",
    "SavedView",
    "Shipment",
    "ShipmentLine",
]
