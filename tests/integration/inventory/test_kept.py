"""What rules keep as a percent and within dates: the same in Python, which answers, and in SQL, which guards."""

import random
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest
from django.db import connection

from dom.kernel.transactions import unit_of_work
from inventory import selectors, services
from inventory.models import Node, StockLevel
from inventory.selectors.rules import rule_book
from inventory.services import Adjustment, Loss, LossReason, Outcome, Want, WantLine
from tests import cast

pytestmark = pytest.mark.django_db(transaction=True)

#: Eight in the evening of Nov 26 in Reno, eleven in New York; an hour later SoHo's date is another one.
EVENING = datetime(2026, 11, 27, 4, 0, tzinfo=UTC)


def _publish(*, safety: dict[str, object] | None = None, channel: dict[str, object] | None = None) -> None:
    with unit_of_work():
        if safety:
            services.publish_safety_stock(bodies=[{"code": "s", **safety}], at=cast.NOW, actor=cast.ACTOR)
        if channel:
            services.publish_channel_rules(bodies=[{"code": "c", **channel}], at=cast.NOW, actor=cast.ACTOR)


def _ats(at: datetime = cast.NOW, **asked: Any) -> int:
    return selectors.available_to_sell(channel="web", skus=["TEE"], at=at, **asked)[0].available_to_sell


def _claim(people: cast.Cast, node: Node, units: int, *, by_rules: bool = True, override: bool = False) -> Outcome:
    line = WantLine("F-1", "1", people.tee.id, node.id, units, by_rules=by_rules)
    want = Want("F-1", people.web.id, (line,), ignore_safety=override)
    with unit_of_work():
        return services.reserve(wants=[want], at=cast.NOW, actor=cast.ACTOR)


def test_a_percent_follows_what_is_on_hand_and_the_waterfall_names_it(people: cast.Cast) -> None:
    cast.stock(people.tee, people.dc_reno, 47)
    _publish(safety={"percent": 10}, channel={"threshold_percent": 20, "threshold": 3, "channel": "web"})

    waterfall = selectors.explain_ats(channel="web", sku="TEE", at=cast.NOW)

    assert waterfall is not None
    assert [(step.name, step.units, step.why) for step in waterfall.nodes[0].steps] == [
        ("ON_HAND", 47, ""),
        ("SAFETY_STOCK", -5, "rule s: 10 % of 47 on hand, rounded up"),
        ("THRESHOLD", -10, "rule c: 20 % of 47 on hand, rounded up"),
    ]
    assert waterfall.available_to_sell == _ats() == 32
    with unit_of_work():
        services.adjust(rows=[Adjustment(people.tee.id, people.dc_reno.id, on_hand=-37)], at=cast.NOW, actor=cast.ACTOR)
    assert _ats() == 10 - 1 - 3


def test_a_rule_begins_at_midnight_of_each_node_without_anybody_publishing(people: cast.Cast) -> None:
    cast.stock(people.tee, people.dc_reno, 10)
    cast.stock(people.tee, people.store_soho, 10)
    _publish(safety={"units": 4, "from": "2026-11-27", "to": "2026-11-27"})

    hours = [EVENING + timedelta(hours=hour) for hour in (0, 1, 4, 25, 28)]

    # None; SoHo's; Reno's too; SoHo's over; both over.
    assert [_ats(at) for at in hours] == [20, 16, 12, 16, 20]


def test_a_claim_keeps_a_percent_of_what_is_there_when_it_is_locked(people: cast.Cast) -> None:
    cast.stock(people.tee, people.dc_reno, 21)
    _publish(safety={"percent": 50})

    # Decided while there were none of these units and nothing was withheld.
    assert _claim(people, people.dc_reno, 11).lost == {
        "F-1": Loss(LossReason.INSUFFICIENT_STOCK, people.tee.id, people.dc_reno.id, 10)
    }
    assert StockLevel.objects.get().reserved == 0
    assert _claim(people, people.dc_reno, 10).won == {"F-1"}
    assert StockLevel.objects.get().reserved == 10


def test_a_claim_keeps_the_percent_of_a_channels_threshold_alone(people: cast.Cast) -> None:
    cast.stock(people.tee, people.dc_reno, 21)
    _publish(channel={"threshold_percent": 50})

    assert _claim(people, people.dc_reno, 11).lost["F-1"].available == 10
    assert _claim(people, people.dc_reno, 10).won == {"F-1"}


@pytest.mark.parametrize("asked", [{"by_rules": False}, {"override": True}])
def test_what_takes_a_claim_over_or_overrides_is_not_held_back(people: cast.Cast, asked: dict[str, bool]) -> None:
    cast.stock(people.tee, people.dc_reno, 20)
    _publish(safety={"percent": 50})

    assert _claim(people, people.dc_reno, 20, **asked).won == {"F-1"}


def test_own_safety_stock_counts_once_beside_a_percent(people: cast.Cast) -> None:
    cast.stock(people.tee, people.dc_reno, 20, safety_stock=8)
    _publish(safety={"percent": 25}, channel={"threshold_percent": 10})

    assert _ats() == 20 - 8 - 2
    assert _claim(people, people.dc_reno, 11).lost["F-1"].available == 10
    assert _claim(people, people.dc_reno, 10).won == {"F-1"}


_DAYS = ("2026-11-25", "2026-11-26", "2026-11-27", "2026-11-28")


def _random_rule(chance: random.Random, number: int, *, threshold: bool) -> dict[str, object]:
    units, percent = ("threshold", "threshold_percent") if threshold else ("units", "percent")
    body: dict[str, object] = {"code": f"r{number}", "rank": chance.randrange(3), units: chance.randrange(6)}
    if chance.random() < 0.7:
        body[percent] = chance.randint(1, 100)
    for name, values in (
        ("tags", (["apparel"], ["sale"])), ("skus", (["TEE"], ["MUG"])), ("node_group", ("stores", "dcs", "")),
        ("channel", ("web", "market")), ("from", _DAYS), ("to", _DAYS[2:]), ("active", (True, False)),
    ):  # fmt: skip
        if chance.random() < 0.35:
            body[name] = chance.choice(values)
    if str(body.get("from", "")) > str(body.get("to", "9")):
        del body["from"]
    return body


@pytest.mark.parametrize("seed", range(12))
def test_the_database_keeps_what_the_answer_kept(people: cast.Cast, seed: int) -> None:
    chance = random.Random(seed)
    safety = [_random_rule(chance, n, threshold=False) for n in range(7)]
    thresholds = [_random_rule(chance, n, threshold=True) for n in range(7)]
    with unit_of_work():
        services.publish_safety_stock(bodies=safety, at=cast.NOW, actor=cast.ACTOR)
        services.publish_channel_rules(bodies=thresholds, at=cast.NOW, actor=cast.ACTOR)
    at = EVENING + timedelta(hours=chance.randrange(30))
    asked = [(c, s, n) for c in (people.web, people.market) for s in (people.tee, people.mug) for n in _nodes(people)]

    with connection.cursor() as cursor:
        columns = ([one.id for one in column] for column in zip(*asked, strict=True))
        cursor.execute("SELECT * FROM inventory_kept(%s, %s, %s, %s)", [at, *columns])
        told = {place: tuple(numbers) for place, *numbers in cursor.fetchall()}

    book = rule_book(selectors.network(at=at), at=at)
    for place, (channel, sku, node) in enumerate(asked, start=1):
        kept, row = book.kept(channel.code, sku.code, frozenset(sku.tags)), book.node_codes.index(node.code)
        tables = (kept.safety.units, kept.safety.percent, kept.threshold.units, kept.threshold.percent)
        assert told.get(place, (0, 0, 0, 0)) == tuple(int(np.asarray(table)[row]) for table in tables), asked[place - 1]


def _nodes(people: cast.Cast) -> tuple[Node, ...]:
    return people.dc_reno, people.store_soho, people.store_austin
