"""Answers what would be decided: the same gathering, the same function, under the live policy or a draft."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from dom.kernel.transactions import read_only
from routing import gather
from routing.core.config import Configuration
from routing.core.covering import Judged, NodeCover, cover
from routing.core.deciding import decide
from routing.core.explain import Explanation, explain
from routing.core.facts import NetworkFacts
from routing.core.together import decide_together
from routing.core.types import Decision, RoutingRequest
from routing.kinds import POLICY
from routing.network import without_policies
from routing.runs import Run, Versions


@dataclass(frozen=True, slots=True, eq=False)
class Driven:
    """A decision that nobody carries out, in values and in words; `draft` names the policy that was tried, if any."""

    run: Run
    decision: Decision
    explanation: Explanation
    draft: str

    @property
    def request(self) -> RoutingRequest:
        """What was asked."""
        return self.run.requests[0]

    @property
    def versions(self) -> Versions:
        """The live documents that it saw; a draft stands in the place of the version of its code."""
        return self.run.network.versions


def drive(request: RoutingRequest, *, at: datetime, policy: Mapping[str, Any] | None = None) -> Driven:
    """Decide `request` on today's stock without holding anything, in a transaction that cannot write.

    `policy` is a draft that takes the place of the live policy with its code, or stands beside the live ones.

    Raises:
        ConfigRefused: the draft is not valid.
        RequestRefused: the request names a SKU or channel that does not exist.
    """
    if policy is not None:
        POLICY.read(policy, within="policy")
    with read_only():
        run = gather.gather([request], at=at)
    if policy is not None:
        run = _with_draft(run, policy)
    decision = decide(run.requests[0], run.facts, at=at)
    words = explain(run.requests[0], run.facts, decision, at=at)
    return Driven(run, decision, words, str(policy["code"]) if policy is not None else "")


def drive_all(requests: Sequence[RoutingRequest], *, at: datetime, ignore_rules: bool = False) -> list[Driven]:
    """Decide `requests` in order as production would, holding nothing, in a transaction that cannot write.

    Raises:
        RequestRefused: a request names a SKU or channel that does not exist.
    """
    with read_only():
        run = gather.gather(requests, at=at)
    if ignore_rules:
        run = run.on(without_policies(run.network))
    together = decide_together(run.requests, run.facts, at=at)
    run = run.shared(together)
    return [
        Driven(replace(run, requests=(request,)), decision, explain(request, run.facts, decision, at=at), "")
        for request, decision in zip(run.requests, together.decisions, strict=True)
    ]


@dataclass(frozen=True, slots=True, eq=False)
class Coverage:
    """What the engine would do with a request, and what each node could give of it."""

    driven: Driven
    nodes: tuple[NodeCover, ...]


def coverage(request: RoutingRequest, *, at: datetime) -> Coverage:
    """Return what each node could give of `request`, under the rules and against them. Reads; holds nothing.

    Raises:
        RequestRefused: the request names a SKU or channel that does not exist.
    """
    ruled = drive_all([request], at=at)[0]
    free = drive_all([replace(request, excluded={})], at=at, ignore_rules=True)[0]
    nodes = cover(
        ruled.request,
        ruled.run.facts,
        ruled=Judged(ruled.decision, ruled.explanation),
        free=Judged(free.decision, free.explanation),
    )
    return Coverage(ruled, nodes)


def _with_draft(run: Run, policy: Mapping[str, Any]) -> Run:
    network = run.facts.network
    documents = dict(network.configuration.to_data())
    others = [body for body in documents.get("policies", ()) if body["code"] != policy["code"]]
    documents["policies"] = [*others, policy]
    tried = NetworkFacts(network.nodes, Configuration.from_bodies(**documents))
    return replace(run, facts=replace(run.facts, network=tried))
