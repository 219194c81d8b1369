"""How pages write counts and lists."""

from collections.abc import Sequence

from django import template

register = template.Library()


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
