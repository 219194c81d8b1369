"""What inventory refuses, and how it says so."""

from collections.abc import Sequence

from dom.kernel.errors import DomainError, Kind


class RowsInvalid(DomainError):
    """Some rows of a bulk change cannot be understood; nothing of it was applied.

    `errors` is a list of {row, field, message}; rows count from 0 in the order given.
    """

    code = "rows-invalid"
    title = "Some rows are invalid"
    kind = Kind.INVALID


class ReservationLapsed(DomainError):
    """The reservation has run out, was given back, or never was."""

    code = "reservation-lapsed"
    title = "The reservation has lapsed"


class ClaimMissing(DomainError):
    """A demand line has fewer units claimed at the node than are to be shipped or given back."""

    code = "claim-missing"
    title = "Fewer units are reserved than that"


class InsufficientStock(DomainError):
    """There are fewer free units than are to be moved."""

    code = "insufficient-stock"
    title = "Not enough stock"


class UnknownSupply(DomainError):
    """No open incoming supply has this reference, SKU and node."""

    code = "unknown-supply"
    title = "Unknown incoming supply"
    kind = Kind.NOT_FOUND


class TransferRefused(DomainError):
    """The transfer is in no state in which this could be done to it, or was never possible."""

    code = "transfer-refused"
    title = "The transfer's state does not allow it"


class TransferMismatch(DomainError):
    """The units named are not the units that are left to send, or on the way."""

    code = "transfer-mismatch"
    title = "The units do not fit the transfer"


class ApprovalRefused(DomainError):
    """Whoever asked for something cannot be the one who approves it."""

    code = "approval-refused"
    title = "Somebody else has to approve it"


class CountRefused(DomainError):
    """The count is in no state in which this could be done to it, or was never possible."""

    code = "count-refused"
    title = "The count's state does not allow it"


class RepairRefused(DomainError):
    """The proposed entry cannot be posted: it is decided, the difference is another one, or a note is missing."""

    code = "repair-refused"
    title = "The entry cannot be posted"


class NodeGroupInUse(DomainError):
    """Channels or live rules speak of the node group; `named_by` says which."""

    code = "node-group-in-use"
    title = "The node group is in use"


class NodeNotOpen(DomainError):
    """The node is in no state in which this could be done to it."""

    code = "node-not-open"
    title = "The node's state does not allow it"


class RulesInvalid(DomainError):
    """A configuration document says something that has no meaning; `path` names where."""

    code = "rules-invalid"
    title = "The rule is invalid"
    kind = Kind.INVALID


def row_error(row: int, field: str, message: str) -> dict[str, object]:
    """Return one entry of RowsInvalid's `errors`."""
    return {"row": row, "field": field, "message": message}


def refuse_rows(errors: Sequence[dict[str, object]]) -> None:
    """Refuse the whole change when there are any `errors`.

    Raises:
        RowsInvalid: there are.
    """
    if errors:
        raise RowsInvalid(f"{len(errors)} of the rows cannot be applied; nothing was changed.", errors=list(errors))
