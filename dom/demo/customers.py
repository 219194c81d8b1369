"""Answers what the demonstration's customers order: believable baskets to believable places, endlessly."""

import json
import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from typing import TypeVar

from dom.demo.catalog import Article, articles
from dom.demo.network import node_rows
from dom.demo.places import HOMES, STORES, Place
from dom.demo.stock import stock
from dom.kernel.ids import new_ref
from orders.services.intake import Arrival
from orders.values import AskedGroup, AskedLine, AskedOrder, Contact
from orders.values import Place as Address

_FIRST = "Robin Sasha Noor Kim Alex Jules Imani Luca Mei Tariq Freya Diego Anouk Ravi Sanna Theo".split()
_LAST = "Vale Ito Marsh Okoye Brandt Silva Kaur Novak Reyes Moreau Lund Haddad Chen Iyer Walsh Dube".split()
_STREETS = "Maple Street,Cedar Avenue,Hill Road,Lake Drive,Station Street,Orchard Lane,Harbor Way".split(",")
_CHANNELS = (("web", 55), ("app", 25), ("market", 20))
_METHODS = (("SHIP", 80), ("PICKUP", 12), ("SAME_DAY", 5), ("SHIP_TO_STORE", 3))
_LINES = ((1, 52), (2, 26), (3, 13), (4, 6), (5, 3))
#: A store promises for pickup what it has this many of: the last one is often not found.
_SAFE_TO_PICK_UP = 4


_T = TypeVar("_T")


def _one(chance: random.Random, choices: Sequence[tuple[_T, int]]) -> _T:
    return chance.choices([value for value, _ in choices], [weight for _, weight in choices])[0]


class Customers:
    """Everybody who orders; the same `seed` orders the same things, under new references."""

    def __init__(self, seed: int) -> None:
        self._chance = random.Random(seed)  # noqa: S311  # a believable world, not a secret
        self._goods = list(articles())
        self._by_code = {article.code: article for article in self._goods}
        self._chance.shuffle(self._goods)
        self._wish = [1 / (rank + 8) ** 0.8 for rank in range(len(self._goods))]
        self._home_wish = [1 / (rank + 6) for rank in range(len(HOMES))]
        self._on_shelves: dict[str, list[Article]] = defaultdict(list)
        for held in stock(list(articles()), list(node_rows())):
            if held.on_hand >= _SAFE_TO_PICK_UP:
                self._on_shelves[held.node].append(self._by_code[held.sku])

    def arrival(self, *, at: datetime, ago: timedelta = timedelta(0)) -> Arrival:
        """Return a new order, placed `ago` before `at`, with the message that carried it."""
        asked = self._order(at - ago)
        return Arrival(asked, json.dumps(asdict(asked), default=str).encode(), "demo")

    def _order(self, placed_at: datetime) -> AskedOrder:
        chance = self._chance
        channel, method = _one(chance, _CHANNELS), _one(chance, _METHODS)
        method = "SHIP" if channel == "market" else method
        store = chance.choice(STORES)
        home = store if method == "SAME_DAY" else chance.choices(HOMES, self._home_wish)[0]
        lines = self._lines(store if method in {"PICKUP", "SAME_DAY"} else None)
        person = self._person()
        order = AskedOrder(
            channel=channel,
            external_ref=new_ref(channel[0].upper()),
            placed_at=placed_at,
            currency="USD",
            groups=(self._group(method, home, store, person),),
            lines=lines,
            customer=person,
            customer_tier=_one(chance, (("", 86), ("GOLD", 10), ("VIP", 4))),
            charges_minor=0 if method == "PICKUP" else 495,
            payment_status=_one(chance, (("AUTHORIZED", 97), ("PENDING", 3))),
            attributes={"fraud_score": 82} if chance.random() < 0.02 else {},
            tags=("gift",) if chance.random() < 0.06 else (),
        )
        return replace(order, authorized_minor=order.total_minor)

    def _person(self) -> Contact:
        first, last = self._chance.choice(_FIRST), self._chance.choice(_LAST)
        number = self._chance.randrange(1_000, 9_999)
        return Contact(
            external_ref=f"C-{number}",
            name=f"{first} {last}",
            email=f"{first}.{last}.{number}@example.com".lower(),
            phone=f"+1555010{number}",
        )

    def _group(self, method: str, home: Place, store: Place, person: Contact) -> AskedGroup:
        express = method == "SHIP" and self._chance.random() < 0.1
        collected = method in {"PICKUP", "SHIP_TO_STORE"}
        return AskedGroup(
            group_ref="1",
            method=method,
            node=store.code if collected else "",
            ship_to=None if collected else self._address(home, person.name),
            service_level="EXPRESS" if express else "",
            allow_split=self._chance.random() > 0.05,
        )

    def _address(self, home: Place, name: str) -> Address:
        return Address(
            country="US",
            name=name,
            line1=f"{self._chance.randrange(1, 400)} {self._chance.choice(_STREETS)}",
            city=home.city,
            region=home.region,
            postal_code=home.postal_code,
            latitude=round(home.latitude + self._chance.uniform(-0.1, 0.1), 4),
            longitude=round(home.longitude + self._chance.uniform(-0.1, 0.1), 4),
        )

    def _lines(self, store: Place | None) -> tuple[AskedLine, ...]:
        count = _one(self._chance, _LINES)
        shelf = self._on_shelves.get(store.code, []) if store else []
        chosen = (
            self._chance.choices(shelf, k=count) if shelf else self._chance.choices(self._goods, self._wish, k=count)
        )
        return tuple(
            AskedLine(
                line_ref=str(number),
                sku=article.code,
                quantity=1 if "bulky" in article.tags else _one(self._chance, ((1, 84), (2, 12), (3, 4))),
                group="1",
                unit_price_minor=article.price_minor,
            )
            for number, article in enumerate(dict.fromkeys(chosen), start=1)
        )
