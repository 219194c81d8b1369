"""What orders refuse, and why."""

from dom.kernel.errors import DomainError, Kind, NotFound


class OrderInvalid(DomainError):
    """The order's body contradicts itself or the master data; `errors` names field by field."""

    code = "order-invalid"
    title = "The order is not valid"
    kind = Kind.INVALID


class OrderExists(DomainError):
    """The channel sent another order under this external_ref."""

    code = "order-exists"
    title = "Another order has this reference"


class ReservationRequired(DomainError):
    """The channel accepts orders only with a reservation for every unit."""

    code = "reservation-required"
    title = "The channel needs a reservation"


class TooLate(DomainError):
    """The units have left already."""

    code = "too-late"
    title = "Too late"


class InvalidTransition(DomainError):
    """The fulfillment order is in a state that does not allow this."""

    code = "invalid-transition"
    title = "Not possible in this state"


class AlreadyClaimed(DomainError):
    """Somebody else changed the fulfillment order first."""

    code = "already-changed"
    title = "Somebody was faster"


class PickMismatch(DomainError):
    """More units than the fulfillment order still asks for."""

    code = "pick-mismatch"
    title = "The quantities do not fit"


class HandOverRefused(DomainError):
    """The code or the name shown at the counter does not belong to this order."""

    code = "hand-over-refused"
    title = "Not this customer's order"


class AlreadyHeld(DomainError):
    """The scope has an open hold of this kind."""

    code = "already-held"
    title = "It is on hold already"


class SkuStillUnknown(DomainError):
    """What was ordered is not in the catalog yet; send it, swap the item, or cancel the line."""

    code = "sku-still-unknown"
    title = "The catalog does not have it yet"


class PlanRefused(DomainError):
    """What a person wants planned anew cannot be planned so."""

    code = "plan-refused"
    title = "This cannot be planned so"


class AppeasementRefused(DomainError):
    """The amount is beyond the limit of the person, or beyond what the customer paid."""

    code = "appeasement-refused"
    title = "This much cannot be given"


class PaymentRefused(DomainError):
    """The amount is nothing, or beyond what is left of the tender or of the shipment."""

    code = "payment-refused"
    title = "This payment does not fit"


class ConcernNotFound(NotFound):
    """What was stuck is settled, or never was."""

    code = "concern-not-found"
    title = "It is settled already"


class ViewRefused(DomainError):
    """The view cannot be kept so."""

    code = "view-refused"
    title = "This view cannot be kept"
    kind = Kind.INVALID


class BulkStopped(DomainError):
    """Somebody stopped the job."""

    code = "bulk-stopped"
    title = "Somebody stopped it"


class OrderNotFound(NotFound):
    """There is no such order."""

    code = "order-not-found"
    title = "There is no such order"


class FulfillmentOrderNotFound(NotFound):
    """There is no such fulfillment order."""

    code = "fulfillment-order-not-found"
    title = "There is no such fulfillment order"
