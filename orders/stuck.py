"""Answers in one sentence why an order is stuck, and what would get it moving. Pure."""

from collections.abc import Mapping

_WHY: Mapping[str, str] = {
    "UNKNOWN_SKU": "We do not know what was ordered. {reason}. It goes on by itself once the catalog has it.",
    "ADDRESS": "A parcel would not arrive: {reason}.",
    "PAYMENT": "The money is not sure. {reason}.",
    "FRAUD": "It looks like fraud. {reason}.",
    "DUPLICATE": "It may have been sent twice. {reason}.",
    "LEGAL": "It may not be sent there. {reason}.",
    "UNFILLED": "No node can give everything. {reason}",
    "ROUTING_ERROR": "Routing failed on it again and again: {reason}.",
    "SWAP": "Another item is proposed: {reason}.",
    "MANUAL": "Somebody put it on hold: {reason}.",
    "REJECTED": "{reason}; another plan may fare no better without a person's eye.",
    "UNANSWERED": "{node} was asked to stop and has not answered.",
    "EXPIRING": "{reason}: ship it, or ask for the money again.",
    "WAITING": "{reason}; the customer does not know when it comes.",
}

#: The forms that settle each kind, best first, with the words on their buttons.
REMEDIES: Mapping[str, tuple[tuple[str, str], ...]] = {
    "UNKNOWN_SKU": (("release", "It is known now"), ("cancel-line", "Cancel a line")),
    "ADDRESS": (("address", "Mend the address"), ("release", "It is right")),
    "PAYMENT": (("release", "It is paid"), ("cancel", "Cancel")),
    "FRAUD": (("release", "It is fine"), ("cancel", "Cancel as fraud")),
    "DUPLICATE": (("release", "It is wanted twice"), ("cancel", "Cancel")),
    "LEGAL": (("cancel-line", "Cancel a line"), ("address", "Change the address"), ("release", "It is allowed")),
    "UNFILLED": (
        ("reroute", "Route again"),
        ("force", "Choose the node"),
        ("wait", "Let it wait"),
        ("cancel", "Cancel"),
    ),
    "ROUTING_ERROR": (("release", "Try again"), ("force", "Choose the node")),
    "SWAP": (("approve-swap", "Approve the swap"), ("decline-swap", "Keep the item"), ("cancel-line", "Cancel a line")),
    "MANUAL": (("release", "Release"),),
    "REJECTED": (("force", "Choose the node"), ("split", "Split by hand"), ("settle", "Settled")),
    "UNANSWERED": (("answer", "Answer for the node"),),
    "EXPIRING": (("settle", "Settled"), ("cancel", "Cancel")),
    "WAITING": (("force", "Choose the node"), ("wait", "Let it wait"), ("cancel", "Cancel"), ("settle", "Settled")),
}


def why(kind: str, *, reason: str, node: str = "") -> str:
    """Say in one sentence why it is stuck."""
    words = _WHY.get(kind, "{reason}.").format(reason=reason.rstrip("."), node=node or "The node")
    return words if words.endswith((".", "!", "?")) else f"{words}."
