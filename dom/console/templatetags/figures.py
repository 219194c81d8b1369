"""How pages write counts and lists."""

from collections.abc import Sequence

from django import template

register = template.Library()

#: The first sign that is found counts: every browser also claims to be its predecessors.
_BROWSERS = (("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
_SYSTEMS = (
    ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)  # fmt: skip


@register.filter
def capped(count: int, cap: int) -> str:
    """Write a count that was stopped at `cap` as "10,000+"."""
    return f"{cap:,}+" if count >= cap else f"{count:,}"


@register.filter
def at_most(value: int, most: int) -> int:
    """Return the smaller of both."""
    return min(value, most)


@register.filter
def total(values: Sequence[int]) -> int:
    """Add up."""
    return sum(values)


@register.filter
def browser(agent: str) -> str:
    """Name the browser and system of a User-Agent header: "Firefox on Windows"; both as far as they tell."""
    name = next((words for sign, words in _BROWSERS if sign in agent), "A program")
    system = next((words for sign, words in _SYSTEMS if sign in agent), "")
    return f"{name} on {system}" if system else name


@register.filter
def listed(value: object) -> str:
    """Write what something was or is: a list by commas, nothing as "none"."""
    return (", ".join(map(str, value)) if isinstance(value, list) else str(value)) or "none"
