"""Values check themselves: one that may not be cannot exist, and what the record keeps reads back equal."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import numpy as np
import pytest

from routing.core.deciding import decide
from routing.core.facts import NodeFacts, SkuFacts
from routing.core.packing import pack_trace, unpack_trace
from routing.core.types import (
    Destination,
    Held,
    Method,
    ParcelLine,
    RequestLine,
    RoutingPlan,
    RoutingRequest,
    Then,
    Trace,
    Unfilled,
)
from routing.core.values import InvalidValue
from tests.unit.routing.worlds import AT, small_world

LINE = RequestLine("1", "SHOE", 1)
HERE = Destination("US")
PLAN = RoutingPlan((), (), cost_e4=0, bound_e4=0, proven=True, effort=0, policy="p", group="g", rule="r")


def asks(**told: Any) -> RoutingRequest:
    base = {"ref": "O", "channel": "web", "method": Method.SHIP, "lines": (LINE,), "ship_to": HERE}
    return RoutingRequest(**{**base, **told})


WRONG: list[Callable[[], object]] = [
    lambda: Destination("US", latitude=1.0),
    lambda: Destination("US", longitude=1.0),
    lambda: Destination("US", latitude=90.1, longitude=0.0),
    lambda: Destination("US", latitude=0.0, longitude=-180.1),
    lambda: RequestLine("1", "SHOE", 0),
    lambda: RequestLine("1", "SHOE", 1, -1),
    lambda: Held("SHOE", "soho", 0),
    lambda: ParcelLine("1", "SHOE", 0),
    lambda: Unfilled("1", 0, Then.HOLD),
    lambda: asks(lines=()),
    lambda: asks(lines=(LINE, LINE)),
    lambda: asks(promised_by=AT.replace(tzinfo=None)),
    lambda: asks(promised_by=datetime(2026, 1, 1, tzinfo=timezone(timedelta(hours=1)))),
    lambda: asks(ship_to=None),
    lambda: asks(method=Method.SAME_DAY, ship_to=None),
    lambda: asks(method=Method.PICKUP),
    lambda: asks(method=Method.SHIP_TO_STORE),
    lambda: replace(PLAN, bound_e4=1),
    lambda: NodeFacts("N", "DC", "US", latitude=1.0),
    lambda: NodeFacts("N", "DC", "US", unit_cost_e4=-1),
    lambda: NodeFacts("N", "DC", "US", failed_pick_ppm=1_000_001),
    lambda: SkuFacts("S", width_mm=-1),
]


@pytest.mark.parametrize("wrong", WRONG)
def test_what_may_not_be_cannot_exist(wrong: Callable[[], object]) -> None:
    with pytest.raises(InvalidValue):
        wrong()


def test_what_lies_on_the_edge_may_be() -> None:
    assert Destination("US", latitude=90.0, longitude=-180.0)
    assert asks(method=Method.PICKUP, node="soho", ship_to=None)
    assert replace(PLAN, bound_e4=-1).gap_e4 == 1
    assert asks(promised_by=datetime(2026, 1, 1, tzinfo=UTC)).value_minor == 0


def test_an_order_is_decided_at_an_instant_in_utc_alone() -> None:
    request, facts = small_world(1)

    with pytest.raises(InvalidValue, match="at is aware UTC"):
        decide(request, facts, at=AT.replace(tzinfo=None))


def test_a_trace_of_another_version_or_length_is_refused() -> None:
    packed = pack_trace(Trace(np.array([0, 11], np.uint8), np.array([5, 0], np.int64)))

    assert unpack_trace(packed).cost_e4.tolist() == [5, 0]
    with pytest.raises(InvalidValue, match="of version 1, not 2"):
        unpack_trace(b"\x02" + packed[1:])
    with pytest.raises(InvalidValue, match="a reason and a cost for each node"):
        unpack_trace(packed[:1] + b"\x03\x00\x00\x00" + packed[5:])
