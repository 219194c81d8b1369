"""Turns the codes of rows and bodies into ids, and names the places whose codes nobody knows."""

from collections.abc import Collection, Sequence

from dom.kernel.rest.errors import Fault, ShapeInvalid
from dom.kernel.rest.feeds import Context, Row
from inventory.models import Node, Sku


class Codes:
    """The ids behind the codes that some rows name: two statements for all of them."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self.skus = dict(Sku.objects.filter(code__in={row.value["sku"] for row in rows}).values_list("code", "id"))
        self.nodes = dict(Node.objects.filter(code__in={row.value["node"] for row in rows}).values_list("code", "id"))

    def split(self, rows: Sequence[Row], context: Context) -> tuple[list[Row], list[Fault]]:
        """Return the rows whose SKU and node are known and allowed, and the faults of the others."""
        faults = [fault for row in rows for fault in self._faults(row, context)]
        wrong = {fault.row for fault in faults}
        return [row for row in rows if row.number not in wrong], faults

    def _faults(self, row: Row, context: Context) -> list[Fault]:
        sku, node = row.value["sku"], row.value["node"]
        found = []
        if sku not in self.skus:
            found.append(row.fault("sku", "unknown-sku", f"There is no SKU {sku}."))
        if context.nodes and node not in context.nodes:
            found.append(row.fault("node", "node-forbidden", f"This key may not act for node {node}."))
        elif node not in self.nodes:
            found.append(row.fault("node", "unknown-node", f"There is no node {node}."))
        return found

    def sku_id(self, row: Row) -> int:
        """Return the id of the row's SKU."""
        return self.skus[row.value["sku"]]

    def node_id(self, row: Row) -> int:
        """Return the id of the row's node."""
        return self.nodes[row.value["node"]]


def codes_of(sku_ids: Collection[int], node_ids: Collection[int]) -> tuple[dict[int, str], dict[int, str]]:
    """Return the codes of SKUs and of nodes by id; two statements."""
    skus = dict(Sku.objects.filter(id__in=set(sku_ids)).values_list("id", "code"))
    nodes = dict(Node.objects.filter(id__in=set(node_ids)).values_list("id", "code"))
    return skus, nodes


def sku_ids(codes: Sequence[str], *, place: str, once: bool = False) -> dict[str, int]:
    """Return the ids of the SKUs with `codes`; the nth stands in the body at `place` with `{n}` for n, from 0.

    Raises:
        ShapeInvalid: one is unknown, or named twice where each is to be named `once`.
    """
    known = dict(Sku.objects.filter(code__in=codes).values_list("code", "id"))
    wrong = [(n, "unknown-sku", f"There is no SKU {code}.") for n, code in enumerate(codes) if code not in known]
    if once:
        first = {code: n for n, code in reversed(list(enumerate(codes)))}
        wrong += [(n, "duplicate", f"{code} is named twice.") for n, code in enumerate(codes) if n > first[code]]
    if wrong:
        faults = [Fault(f"#/{place.format(n=n)}", code, told, field=place.format(n=n)) for n, code, told in wrong]
        raise ShapeInvalid(faults[0].detail, faults=faults)
    return known
