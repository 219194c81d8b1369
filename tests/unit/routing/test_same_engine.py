"""An engine version is a promise: the same input comes to the same plan, effort and trace, to the byte.

`decided.txt` holds what the version in its first line decides in seeded worlds, each small enough for the exact search.
Who changes a decision gives the engine a new version; who changes a world writes the file anew and reviews why.
"""

import hashlib
import os
from collections.abc import Callable
from functools import partial
from pathlib import Path

import msgpack

from routing.core.deciding import ENGINE_VERSION, decide, decide_batch
from routing.core.facts import Facts
from routing.core.types import Decision, RoutingRequest
from tests.unit.routing.test_together import scarce_world
from tests.unit.routing.test_used_once import steep_world
from tests.unit.routing.worlds import AT, chain_world, small_world

DECIDED = Path(__file__).with_name("decided.txt")
WORLDS: dict[str, Callable[[int], tuple[RoutingRequest, Facts]]] = {
    "small": small_world,
    "ranked": partial(small_world, ranked=True),
    "chain": chain_world,
    "steep": steep_world,
    "steep-ranked": partial(steep_world, ranked=True),
}
A_LINE, LINES = 25, 12


def digest(decisions: list[Decision]) -> str:
    """Return sixteen digits that no two sets of decisions share."""
    told = hashlib.sha256()
    for one in decisions:
        told.update(msgpack.packb(one.plan.to_data()) + one.trace.reason.tobytes() + one.trace.cost_e4.tobytes())
    return told.hexdigest()[:16]


def decided() -> list[str]:
    """Return a line for every few worlds: their kind, the first seed, what they come to."""
    lines = [f"engine {ENGINE_VERSION}"]
    for kind, world in WORLDS.items():
        for first in range(0, A_LINE * LINES, A_LINE):
            worlds = [world(seed) for seed in range(first, first + A_LINE)]
            lines.append(f"{kind} {first} {digest([decide(asked, facts, at=AT) for asked, facts in worlds])}")
    for seed in range(LINES):
        asked, facts = scarce_world(seed)
        lines.append(f"batch {seed} {digest(decide_batch(asked, facts, at=AT))}")
    return lines


def test_the_same_version_decides_the_same() -> None:
    now = decided()
    if "UPDATE_SNAPSHOTS" in os.environ:
        DECIDED.write_text("\n".join(now) + "\n")

    before = DECIDED.read_text().splitlines()

    assert before == now, "a changed decision needs a new ENGINE_VERSION; then run this with UPDATE_SNAPSHOTS=1"
