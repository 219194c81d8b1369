"""Every kind of event that a partner can meet stands in docs/api-events.md, and nothing that does not exist."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
PAGE = ROOT / "docs/api-events.md"
#: Places that write events.
WRITERS = ("orders/services", "inventory/services", "routing/services", "stores/services", "dom/kernel/webhooks")
_KIND = re.compile(r"(?:order|fulfillment_order|webhook|node|transfer|count|stock)\.[a-z_]+")


def _word(node: ast.expr) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def written() -> set[str]:
    """Return the kinds that code names, either whole or as a step of a fulfillment order."""
    found: set[str] = set()
    for writer in WRITERS:
        for file in (ROOT / writer).rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_text())):
                if isinstance(node, ast.Constant) and isinstance(node.value, str) and _KIND.fullmatch(node.value):
                    found.add(node.value)
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "tell":
                    found |= {f"fulfillment_order.{word}" for one in node.args if (word := _word(one))}
    return found - {"webhook.ping"}


def test_every_kind_of_event_is_documented() -> None:
    documented = set(re.findall(r"`([a-z_]+\.[a-z_]+)`", PAGE.read_text())) - {"data.fulfillment_orders"}

    assert sorted(written() - documented) == [], "write a line for it in docs/api-events.md"


def test_no_kind_is_documented_that_nobody_writes() -> None:
    rows = re.findall(r"^\| (`.*?`) \|", PAGE.read_text(), re.MULTILINE)
    documented = {kind for row in rows for kind in re.findall(_KIND, row)}
    steps = {kind for kind in documented if kind.endswith("_by_node")}  # made from the step's name

    assert sorted(documented - steps - written()) == []
