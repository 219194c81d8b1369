"""Answers how what happened to an order is said to a person. Pure: events in, sentences out."""

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from dom.kernel.money import to_amount

Facts = Mapping[str, Any]

_TONES = {
    "order.held": "warn",
    "order.rerouted": "warn",
    "order.appeased": "good",
    "order.unfilled": "warn",
    "order.supply_lost": "warn",
    "order.stock_short": "warn",
    "order.hold_overdue": "bad",
    "order.cancelled": "bad",
    "order.line_cancelled": "bad",
    "order.shipped": "good",
    "fulfillment_order.rejected": "bad",
    "fulfillment_order.shorted": "bad",
    "fulfillment_order.cancelled": "bad",
    "fulfillment_order.cancel_requested": "warn",
    "fulfillment_order.cancel_refused": "warn",
    "fulfillment_order.shipped": "good",
    "fulfillment_order.handed_over": "good",
}


def tone(kind: str) -> str:
    """Return "good", "bad", "warn" or "": how the moment should look."""
    return _TONES.get(kind, "")


def sentence(kind: str, *, node: str, facts: Facts) -> str:
    """Say what an event means; an event without words of its own is said by its name."""
    words = _SENTENCES.get(kind)
    if words is None:
        name = kind.partition(".")[2].replace("_", " ")
        return f"{node}: {name}." if node else f"{name.capitalize()}."
    return words(node, facts)


class Entry(Protocol):
    """One line of the book of payments."""

    kind: str
    amount_minor: int
    currency: str


_PAID = {
    "AUTHORIZE": "{} were authorized.", "CAPTURE": "{} were taken.", "VOID": "{} of the authorization were given up.",
    "REFUND": "{} were refunded.", "ADJUST": "The authorization changed by {}.",
}  # fmt: skip


def payment(entry: Entry) -> str:
    """Say what happened to the customer's money."""
    return _PAID[entry.kind].format(f"{to_amount(entry.amount_minor, entry.currency)} {entry.currency}")


def delivery(kind: str, *, url: str, status: str, answer: int | None) -> tuple[str, str]:
    """Say whom a webhook told of an event, and how that should look."""
    host = url.partition("//")[2].partition("/")[0] or url
    answered = f" It answered {answer}." if answer else ""
    if status == "DELIVERED":
        return f"{host} was told: {kind}.", ""
    if status == "FAILED":
        return f"{host} could not be told: {kind}.{answered}", "bad"
    return f"{host} is still to be told: {kind}.{answered}", "warn"


def claim(*, kind: str, sku: str, node: str, delta: int) -> str:
    """Say what happened to stock that the order holds."""
    what = f"{abs(delta)} × {sku} at {node}"
    if delta > 0:
        return f"{what} reserved."
    return f"{what} {'left the books' if kind == 'CONSUME' else 'free again'}."


def units(lines: Any) -> str:
    """Say line quantities as "2 × TEE, 1 × MUG"."""
    return ", ".join(_units(line) for line in lines or ())


def _units(line: Facts) -> str:
    quantity = line.get("quantity")
    return f"{quantity} × {line['sku']}" if line.get("sku") else f"{quantity} of line {line.get('line_ref')}"


def is_echo(kind: str) -> bool:
    """Say whether an event of an order only repeats what its fulfillment order's own event says better."""
    return kind.endswith("_by_node") or kind in {"order.shipped", "order.handed_over"}


def _routed(_node: str, facts: Facts) -> str:
    nodes = [str(work.get("node")) for work in facts.get("fulfillment_orders", ())]
    said = f"Routed to {_and(nodes)}." if len(nodes) == 1 else f"Split over {len(nodes)} nodes: {_and(nodes)}."
    rest = facts.get("unfilled") or ()
    return f"{said} {_unfilled('', facts)}" if rest else said


_RESTS = {
    "BACKORDER": ("waits for stock", "wait for stock"),
    "CANCEL": ("is cancelled", "are cancelled"),
    "HOLD": ("waits for a person", "wait for a person"),
}


def _rest(count: int, line_ref: str, then: str) -> str:
    one, more = _RESTS.get(then, ("is open", "are open"))
    return f"{count} of line {line_ref} {one if count == 1 else more}"


def _unfilled(_node: str, facts: Facts) -> str:
    rests = facts.get("unfilled", ())
    words = [_rest(int(rest["quantity"]), str(rest["line_ref"]), str(rest["then"])) for rest in rests]
    whys = {str(rest["why"]) for rest in rests if rest.get("why")}
    return f"No node could give everything: {_and(words)}." + "".join(f" {why}" for why in sorted(whys))


def _hold_words(kinds: object) -> str:
    """Write kinds of holds amid a sentence: UNKNOWN_SKU is "unknown SKU"."""
    return str(kinds).replace("_", " ").lower().replace("sku", "SKU")


def _hold_overdue(_node: str, facts: Facts) -> str:
    holds = [f"{_hold_words(hold['hold'])} ({hold['owner']})" for hold in facts.get("holds") or ()]
    return f"Nobody released the hold in time: {_and(holds)}."


_LOST = {
    "SUPPLY_LATE": "{source} comes too late",
    "SUPPLY_OVERDUE": "{source} is overdue",
    "SUPPLY_SHORT": "{source} brings less than announced",
}


def _supply_lost(_node: str, facts: Facts) -> str:
    lines = facts.get("lines") or ()
    whys = {_LOST.get(line.get("reason"), "{source} fails").format(source=line.get("source")) for line in lines}
    return f"{'; '.join(sorted(whys))}: {units(lines)} tried again."


def _stock_short(_node: str, facts: Facts) -> str:
    lines = facts.get("lines") or ()
    nodes = sorted({str(line["node"]) for line in lines})
    return f"{_and(nodes)} had less than was promised: {units(lines)} routed again." if nodes else "Routed again."


def _and(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def _at(what: str) -> Callable[[str, Facts], str]:
    def words(node: str, facts: Facts) -> str:
        said = units(facts.get("lines"))
        return f"{node} {what}" + (f": {said}." if said else ".")

    return words


def _units_in(facts: Facts) -> str:
    said = units(facts.get("lines"))
    return f" ({said})" if said else ""


def _rerouted(_node: str, facts: Facts) -> str:
    how = "Planned anew"
    if facts.get("node"):
        how = f"Planned anew by hand, all of it at {facts['node']}"
    elif facts.get("units"):
        how = "Planned anew by hand, split over " + _and(
            sorted({node for by in facts["units"].values() for node in by})
        )
    return how + (", with the rules set aside." if facts.get("ignore_rules") else ".")


def _placed(_node: str, facts: Facts) -> str:
    holds = [_hold_words(kind) for kind in facts.get("holds") or ()]
    return (
        f"Accepted from the channel and put on hold: {_and(holds)}."
        if holds
        else ("Accepted from the channel; it waits for routing.")
    )


def _held(_node: str, facts: Facts) -> str:
    kinds = _hold_words(facts.get("hold") or facts.get("reason") or "")
    what = "Put on hold"
    if facts.get("fulfillment_order"):
        what = f"The work {facts['fulfillment_order']} was put on hold"
    elif facts.get("line_ref"):
        what = f"Line {facts['line_ref']} was put on hold"
    return f"{what}: {kinds}." if kinds else f"{what}."


def _wait(_node: str, facts: Facts) -> str:
    return (
        f"What is missing waits until {str(facts['until'])[:10]}."
        if facts.get("until")
        else ("What is missing waits without end.")
    )


def _gift(_node: str, facts: Facts) -> str:
    currency = str(facts.get("currency", ""))
    return f"The customer was given {to_amount(int(facts.get('amount_minor', 0)), currency)} {currency} back."


def _to(node: Any) -> str:
    return f" at {node}" if node else ""


def _reason(facts: Facts) -> str:
    reason = str(facts.get("reason") or "")
    return f": {reason.replace('_', ' ').lower()}." if reason else "."


_SENTENCES: Mapping[str, Callable[[str, Facts], str]] = {
    "order.placed": _placed,
    "order.routed": _routed,
    "order.unfilled": _unfilled,
    "order.held": _held,
    "order.rerouted": _rerouted,
    "order.appeased": _gift,
    "order.payment_recorded": lambda _n, f: f"Its money was told of: {str(f.get('payment')).lower()}.",
    "order.wait_changed": _wait,
    "order.settled": lambda _n, _f: "A concern about it was settled.",
    "order.assigned": lambda _n, f: f"{f.get('assignee') or 'Nobody'} looks after it.",
    "fulfillment_order.held": lambda n, _f: f"{n} has to wait: it is on hold.",
    "fulfillment_order.resumed": lambda n, _f: f"{n} may go on.",
    "order.hold_overdue": _hold_overdue,
    "order.released": lambda _n, _f: "The hold was released.",
    "order.cancel_requested": lambda _n, _f: "A cancellation was asked for; a node has to agree.",
    "order.rejected_by_node": lambda n, f: "A node gave units back; they are routed again." + _units_in(f),
    "order.work_cancelled": lambda _n, _f: "Work at a node was cancelled; its units are routed again.",
    "order.work_released": lambda _n, f: f"A person let {f.get('node')} begin before its time.",
    "order.handed_over": lambda _n, _f: "The customer has it.",
    "order.shipped": lambda _n, _f: "A shipment is on its way.",
    "order.customer_erased": lambda _n, _f: "The customer was erased at their wish.",
    "order.noted": lambda _n, f: f"Note: {f['note']}" if f.get("note") else "Somebody left a note",
    "order.backordered": lambda _n, _f: "Units wait for stock.",
    "order.cancelled": lambda _n, f: "Cancelled" + _reason(f),
    "order.line_cancelled": lambda _n, f: f"{units(f.get('lines'))} cancelled" + _reason(f),
    "order.address_changed": lambda _n, _f: "The address was changed; what was untouched is planned again.",
    "order.method_changed": lambda _n, f: f"It goes by {f.get('method')}{_to(f.get('node'))} now; it is planned again.",
    "order.swap_proposed": lambda _n, f: (
        f"Line {f.get('line_ref')} shall sell {f.get('sku')} instead of {f.get('before')}; it waits for approval."
    ),
    "order.swap_declined": lambda _n, f: f"The swap for {f.get('sku')} was declined; it stays {f.get('before')}.",
    "order.item_swapped": lambda _n, f: f"{f.get('before')} was swapped for {f.get('sku')}; it is planned again.",
    "order.supply_lost": _supply_lost,
    "order.stock_short": _stock_short,
    "order.woken": lambda _n, _f: "Stock arrived; the backordered units are tried again.",
    "fulfillment_order.planned": lambda n, f: (
        f"Planned at {n} by {f.get('service') or 'hand-over'}: {units(f.get('lines'))}."
    ),
    "fulfillment_order.released": _at("has the work"),
    "fulfillment_order.accepted": _at("accepted"),
    "fulfillment_order.picked": _at("picked"),
    "fulfillment_order.shorted": _at("could not find"),
    "fulfillment_order.packed": _at("packed"),
    "fulfillment_order.ready": _at("has it ready for pickup"),
    "fulfillment_order.shipped": _at("shipped"),
    "fulfillment_order.handed_over": _at("handed over"),
    "fulfillment_order.rejected": lambda n, f: f"{n} rejected {units(f.get('lines'))}" + _reason(f),
    "fulfillment_order.cancelled": lambda n, f: f"The work at {n} was cancelled" + _reason(f),
    "fulfillment_order.cancel_requested": lambda n, _f: f"{n} was asked to stop.",
    "fulfillment_order.cancel_refused": lambda n, _f: f"{n} keeps going; the cancellation was refused.",
}
