"""Answers how much the demonstration has where: deep centers, thin stores, makers without limit. Always the same."""

import random
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from dom.demo.catalog import Article
from dom.demo.network import handling_class
from inventory.services import NodeRow

_SEED = 20_260_401
#: Of a hundred articles, how many a node of each kind carries.
_SHARE = {"DC": 92, "THREE_PL": 55, "STORE": 38, "SUPPLIER": 0}
_DEPTH = {"DC": 140, "THREE_PL": 60, "STORE": 9}


class Held(NamedTuple):
    """Units of one SKU at one node."""

    sku: str
    node: str
    on_hand: int


def stock(articles: Sequence[Article], nodes: Sequence[NodeRow]) -> Iterator[Held]:
    """Yield what is on hand, for every article that a node carries; some of it is nothing at the moment."""
    chance = random.Random(_SEED)  # noqa: S311  # a believable world, not a secret
    for node in nodes:
        for article in articles:
            if chance.randrange(100) < _SHARE[node.kind] and _may_keep(node, article):
                depth = _DEPTH[node.kind] * (3 if "overstock" in node.tags else 1)
                # Squaring makes few articles plentiful and many scarce, as shelves are.
                yield Held(article.code, node.code, int(depth * chance.random() ** 2 * _popularity(article)))


def made_to_order(articles: Sequence[Article], nodes: Sequence[NodeRow]) -> list[tuple[str, str]]:
    """Return (SKU, node) of what the makers build for each order."""
    makers = [node.code for node in nodes if node.kind == "SUPPLIER"]
    return [(article.code, node) for node in makers for article in articles if article.made_to_order]


def _may_keep(node: NodeRow, article: Article) -> bool:
    if article.made_to_order and node.kind != "DC":
        return False
    if handling_class(article) == "OVERSIZE" and not node.handles_oversize:
        return False
    if article.hazmat_class and article.hazmat_class not in node.hazmat_classes:
        return False
    return article.temperature_class in node.temperature_classes


def _popularity(article: Article) -> float:
    return 0.25 if "bulky" in article.tags else 1.0
