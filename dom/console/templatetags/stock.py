"""How pages write stock: steps of a waterfall, methods, reasons, and the places that numbers lead to."""

from urllib.parse import urlencode

from django import template
from django.template import Context
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from inventory.selectors import UNLIMITED, Step

register = template.Library()

_STEPS = {
    "NODES": "At the nodes below", "QUEUED_DEMAND": "Accepted and not routed yet", "INCOMING": "Arriving by then",
    "QUOTA": "Held by the channel's quota", "ON_HAND": "on hand", "UNSELLABLE": "unsellable", "RESERVED": "reserved",
    "SAFETY_STOCK": "safety stock", "THRESHOLD": "threshold", "BELOW_ZERO": "not below zero",
    "UNLIMITED": "without limit",
}  # fmt: skip
_METHODS = {"SHIP": "Ship", "PICKUP": "Pickup", "SHIP_TO_STORE": "Ship to store", "SAME_DAY": "Same day"}


@register.filter
def step_words(name: str) -> str:
    """Say what a step of a waterfall is."""
    return _STEPS.get(name, name.replace("_", " ").lower())


@register.filter
def method_words(name: str) -> str:
    """Say how goods get to a customer."""
    return _METHODS.get(name, name.replace("_", " ").capitalize())


@register.filter
def reason_words(code: str) -> str:
    """Write a reason that is a code ("DAMAGED", "order.shipped") as words; a sentence stays as it is."""
    is_event = "." in code[:-1] and code.replace(".", "").replace("_", "").isalpha() and code.islower()
    return code.replace("_", " ").replace(".", " ").capitalize() if code.isupper() or is_event else code


@register.filter
def signed(units: int) -> str:
    """Write units with their sign, a true minus before what is taken away."""
    return f"+{units:,}" if units > 0 else f"−{-units:,}" if units < 0 else "0"


@register.simple_tag(takes_context=True)
def step_units(context: Context, step: Step, sku: str, node: str) -> SafeString | str:
    """Write a step's units at a node, linked to the rows that they are counted from, or to their rule."""
    if step.name == "UNLIMITED":
        return "without limit"
    text = f"{step.units:,}" if step.name == "ON_HAND" else signed(step.units)
    address = _rule_of(step, context) if step.why.startswith("rule ") else _rows_of(step, sku, node)
    return format_html('<a class="link" href="{}">{}</a>', address, text) if address else text


def _rows_of(step: Step, sku: str, node: str) -> str:
    query = "?" + urlencode({"node": node})
    if step.name in {"ON_HAND", "UNSELLABLE"}:
        return reverse("console:sku-movements", args=[sku]) + query
    if step.name == "RESERVED":
        return reverse("console:sku-reservations", args=[sku]) + query
    return reverse("console:sku-movements", args=[sku]) + query + "&kind=SAFETY" if step.name == "SAFETY_STOCK" else ""


def _rule_of(step: Step, context: Context) -> str:
    """Return the address of the rule, "" for whom rules are not open."""
    if not context["perms"]["kernel"]["view_configversion"]:
        return ""
    kind = "safety-stock" if step.name == "SAFETY_STOCK" else "channel-rules"
    return reverse("console:document", args=[kind, step.why.removeprefix("rule ").partition(": ")[0]])


@register.simple_tag(takes_context=True)
def order_link(context: Context, ref: str) -> SafeString | str:
    """Write an order's reference as a way to its page, for whom that opens; `opened` of the page tells which do."""
    opened = context["opened"]
    if not context["perms"]["orders"]["view_order"] or (opened is not None and ref not in opened):
        return ref
    return format_html('<a class="link" href="{}">{}</a>', reverse("console:order", args=[ref]), ref)


@register.filter
def units_or_unlimited(units: int) -> str:
    """Write units, or that there is no limit."""
    return "without limit" if units >= UNLIMITED else f"{units:,}"


@register.filter
def of(mapping: dict[str, str], key: str) -> str:
    """Return the value of `key` in `mapping`, "" where there is none."""
    return mapping.get(key, "")
