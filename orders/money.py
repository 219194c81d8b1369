"""Answers how much of an order's money a part of its units is. Pure, in minor units."""

from collections.abc import Sequence


def shares(total: int, weights: Sequence[int]) -> list[int]:
    """Split `total` (≥ 0) in proportion to `weights` (each ≥ 0) by largest remainder; the parts add up exactly.

    Ties go to the earlier part, so the answer is the same every time. With no weight at all, the first part takes all.
    Laws: sum(shares) = total; each share is within one unit of its exact proportion.
    """
    if not weights:
        return []
    whole = sum(weights)
    if whole == 0:
        return [total, *[0] * (len(weights) - 1)]
    floors = [total * weight // whole for weight in weights]
    remainders = [total * weight % whole for weight in weights]
    missing = total - sum(floors)
    order = sorted(range(len(weights)), key=lambda index: (-remainders[index], index))
    for index in order[:missing]:
        floors[index] += 1
    return floors


def share_of_next(total: int, *, quantity: int, before: int, now: int) -> int:
    """Return the share of `now` units of a line worth `total` whose first `before` of `quantity` units are settled.

    The share is the difference of two cumulative roundings, so any sequence of parts that ends at `quantity` adds up
    to `total` exactly, whatever their sizes and order.
    """
    return total * (before + now) // quantity - total * before // quantity
