"""Reads what people type into boxes of several lines."""

from collections.abc import Collection

from inventory.models import Sku


def known_skus(codes: Collection[str]) -> tuple[dict[str, int], list[str]]:
    """Return the ids of the SKUs by code, and a sentence for each code that is none; one statement."""
    ids = dict(Sku.objects.filter(code__in=codes).values_list("code", "id"))
    return ids, [f"There is no SKU {code[:64]}." for code in codes if code not in ids]
