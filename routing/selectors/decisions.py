"""Answers what was decided for an order, and whether deciding it again comes to the same."""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from routing.core.deciding import ENGINE_VERSION, decide_batch
from routing.core.explain import Explanation, explain
from routing.core.facts import Facts, NetworkFacts
from routing.core.packing import unpack_trace
from routing.core.together import Sharing, shared_by
from routing.core.types import Decision, RoutingPlan, RoutingRequest, Trace
from routing.errors import DecisionNotFound
from routing.models import RoutingDecision, RoutingNetwork, RoutingRun
from routing.packing import unpack
from routing.runs import Versions, read_inputs


@dataclass(frozen=True, slots=True, eq=False)
class StoredDecision:
    """One decision as it was recorded, with the request and the network it saw."""

    id: int
    at: datetime
    run_id: int
    position: int
    attempt: int
    lost: str
    engine_version: str
    versions: Versions
    request: RoutingRequest
    plan: RoutingPlan
    trace: Trace
    facts: Facts
    sharing: Sharing | None

    @property
    def decision(self) -> Decision:
        """Plan and trace as the engine gave them."""
        return Decision(self.request.ref, self.plan, self.trace)

    def explain(self) -> Explanation:
        """Return the decision in words, every node with its cost or the one reason why it fell out."""
        return explain(self.request, self.facts, self.decision, at=self.at, sharing=self.sharing)

    @property
    def is_of_this_engine(self) -> bool:
        """Whether today's engine made it; otherwise the recorded numbers stand, and words are today's."""
        return self.engine_version == ENGINE_VERSION


@dataclass(frozen=True, slots=True, eq=False)
class Replayed:
    """A stored decision beside what the engine decides now on the stored inputs."""

    stored: StoredDecision
    plan: RoutingPlan
    trace: Trace

    @property
    def is_equal(self) -> bool:
        """Whether plan and trace are what was stored."""
        return self.plan == self.stored.plan and self.trace == self.stored.trace


def decision(ref: str) -> StoredDecision:
    """Return the latest decision for an order ("O-…") or a request ("O-…:1"); four statements.

    Raises:
        DecisionNotFound: nothing was decided under `ref`.
    """
    found = decisions(ref, latest=1)
    if not found:
        raise DecisionNotFound(f"Nothing was decided for {ref}.", ref=ref)
    return found[0]


def decisions(ref: str, *, latest: int = 50) -> list[StoredDecision]:
    """Return the decisions for an order or a request, newest first, at most `latest`."""
    rows = RoutingDecision.objects.filter(order_ref=ref.partition(":")[0])
    if ":" in ref:
        rows = rows.filter(request_ref=ref)
    return [_read(row) for row in rows.order_by("-id")[:latest]]


def latest_of_each_group(order_ref: str) -> list[StoredDecision]:
    """Return the latest decision for each request of an order, newest first.

    Raises:
        DecisionNotFound: nothing was decided for the order.
    """
    latest: dict[str, StoredDecision] = {}
    for one in decisions(order_ref):
        latest.setdefault(one.request.ref, one)
    if not latest:
        raise DecisionNotFound(f"Nothing was decided for {order_ref}.", ref=order_ref)
    return list(latest.values())


def replay(ref: str) -> Replayed:
    """Decide the latest decision for `ref` again on its stored inputs; reads, and touches no stock.

    The whole run is decided again, because each request saw what those before it had taken.

    Raises:
        DecisionNotFound: nothing was decided under `ref`.
    """
    stored = decision(ref)
    again = _decide_again(stored)
    return Replayed(stored=stored, plan=again.plan, trace=again.trace)


def _decide_again(stored: StoredDecision) -> Decision:
    run = _run(stored.run_id, stored.at)
    told = read_inputs(run.inputs, stored.facts.network)
    return decide_batch(told.requests, told.facts, at=run.at, effort=run.effort)[stored.position]


def _run(run_id: int, at: datetime) -> RoutingRun:
    # `at` is the partition key: with it, one partition is read.
    return RoutingRun.objects.get(id=run_id, at=at)


def _network(network_id: int) -> tuple[Versions, NetworkFacts]:
    digest, versions = RoutingNetwork.objects.values_list("digest", "versions").get(id=network_id)
    return versions, _facts(digest)


@lru_cache(maxsize=8)
def _facts(digest: str) -> NetworkFacts:
    # What has this digest never changes, so the cache cannot be stale.
    return NetworkFacts.from_data(unpack(RoutingNetwork.objects.get(digest=digest).body))


def _read(row: RoutingDecision) -> StoredDecision:
    run = _run(row.run_id, row.at)
    versions, network = _network(run.network_id)
    told = read_inputs(run.inputs, network)
    return StoredDecision(
        id=row.id,
        at=row.at,
        run_id=row.run_id,
        position=row.position,
        attempt=row.attempt,
        lost=row.lost,
        engine_version=run.engine_version,
        versions=versions,
        request=told.requests[row.position],
        plan=RoutingPlan.from_data(unpack(row.plan)),
        trace=unpack_trace(bytes(row.trace)),
        facts=told.facts,
        sharing=shared_by(told.sharings, row.position),
    )
