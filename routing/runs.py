"""Answers what a run is while it lives in memory: requests, shared facts, the network it saw, and its decisions."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from routing.core.facts import Facts, NetworkFacts
from routing.core.together import Sharing, Together
from routing.core.types import Decision, RoutingPlan, RoutingRequest
from routing.packing import pack, unpack

Versions = Mapping[str, Mapping[str, int]]
"""Kind → scope → number of every document that was live."""


@dataclass(frozen=True, slots=True, eq=False)
class SeenNetwork:
    """One state of nodes and configuration, ready to decide on and ready to store.

    `digest` is the SHA-256 over `versions` and content; `body` is the packed content. `node_rows` maps a node's code to
    its place in `facts.nodes`, which is the last axis of every matrix. `acknowledging` are the nodes that must
    acknowledge their work.
    """

    facts: NetworkFacts
    versions: Versions
    digest: str
    body: bytes
    node_rows: Mapping[str, int]
    node_ids: Mapping[str, int]
    acknowledging: frozenset[str]


@dataclass(frozen=True, slots=True, eq=False)
class Run:
    """A batch of requests with everything that deciding it read; codes → ids for whoever carries the plans out.

    Where orders share what they compete for, `sharings` say how, and the facts hold the prices they did it at.
    """

    at: datetime
    network: SeenNetwork
    facts: Facts
    requests: tuple[RoutingRequest, ...]
    sku_ids: Mapping[str, int]
    sku_rows: Mapping[str, int]
    sharings: tuple[Sharing, ...] = ()

    def withhold(self, *, channel: str, sku: str, node: str) -> int:
        """Return the units that rules keep from `channel` on top of the stock level's own safety stock."""
        facts = self.facts.channels.get(channel)
        if facts is None or facts.withhold is None:
            return 0
        return int(facts.withhold[self.sku_rows[sku], self.network.node_rows[node]])

    def on(self, network: SeenNetwork) -> "Run":
        """Return this run with its nodes under another configuration."""
        return replace(self, network=network, facts=replace(self.facts, network=network.facts))

    def shared(self, together: Together) -> "Run":
        """Return this run as it was decided."""
        return replace(self, facts=together.facts, sharings=together.sharings) if together.sharings else self

    def inputs(self) -> bytes:
        """Return the requests and facts as bytes; the network is stored beside them, once."""
        data = {
            "requests": [request.to_data() for request in self.requests],
            "facts": self.facts.to_data(with_network=False),
            "sharings": [one.to_data() for one in self.sharings],
        }
        return pack(data)


@dataclass(frozen=True, slots=True, eq=False)
class Inputs:
    """What `Run.inputs` wrote."""

    facts: Facts
    requests: tuple[RoutingRequest, ...]
    sharings: tuple[Sharing, ...]


def read_inputs(packed: bytes | memoryview, network: NetworkFacts) -> Inputs:
    """Return the inputs of a stored run; those of before orders shared their stock say nothing of it."""
    data = unpack(packed)
    requests = tuple(RoutingRequest.from_data(request) for request in data["requests"])
    facts = Facts.from_data(data["facts"], network=network)
    return Inputs(facts, requests, tuple(Sharing.from_data(one) for one in data.get("sharings", ())))


@dataclass(frozen=True, slots=True, eq=False)
class Decided:
    """One request of a run with its decision."""

    run: Run
    position: int
    decision: Decision

    @property
    def request(self) -> RoutingRequest:
        """The request that was decided."""
        return self.run.requests[self.position]

    @property
    def plan(self) -> RoutingPlan:
        """Which node gives what."""
        return self.decision.plan

    @property
    def order_ref(self) -> str:
        """The order's part of the request's reference ("<order_ref>:<group_ref>")."""
        return self.request.ref.partition(":")[0]

    @property
    def node_ids(self) -> Mapping[str, int]:
        """The id of each node, by code."""
        return self.run.network.node_ids

    @property
    def sku_ids(self) -> Mapping[str, int]:
        """The id of each SKU of the batch, by code."""
        return self.run.sku_ids

    @property
    def node_acknowledges(self) -> frozenset[str]:
        """The codes of the nodes that must acknowledge their work."""
        return self.run.network.acknowledging

    def withhold(self, sku: str, node: str) -> int:
        """Return the units of `sku` that rules keep from this request's channel at `node`; for WantLine.withhold."""
        return self.run.withhold(channel=self.request.channel, sku=sku, node=node)
