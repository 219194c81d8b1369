"""Answers what the network looks like to the engine; built once per change of the configuration clock."""

import hashlib
from dataclasses import replace

import msgpack

from dom.kernel.models import ConfigVersion
from inventory import selectors as inventory
from routing.core.config import Configuration
from routing.core.facts import NetworkFacts, NodeFacts
from routing.kinds import CALENDAR, CARRIER_SERVICES, LANES, ONLY, POLICY, RATE_CARD
from routing.packing import pack
from routing.runs import SeenNetwork, Versions

Bodies = dict[str, dict[str, dict[str, object]]]

_held: list[tuple[inventory.Network, SeenNetwork]] = []


def current_network(network: inventory.Network) -> SeenNetwork:
    """Return `network` with the live configuration as the engine reads it.

    The same object while `network` is: inventory makes another one when the clock has moved. One statement then.
    """
    if not _held or _held[0][0] is not network:
        _held[:] = [(network, _read(network))]
    return _held[0][1]


def _read(network: inventory.Network) -> SeenNetwork:
    bodies, versions = _live_documents()
    return build_network(network, bodies, versions)


def _live_documents() -> tuple[Bodies, Versions]:
    rows = ConfigVersion.objects.filter(status=ConfigVersion.Status.PUBLISHED, live_until__isnull=True).order_by(
        "kind", "scope"
    )
    bodies: Bodies = {}
    versions: dict[str, dict[str, int]] = {}
    for row in rows:
        bodies.setdefault(row.kind, {})[row.scope] = row.body
        versions.setdefault(row.kind, {})[row.scope] = row.number
    return bodies, versions


def read_configuration(bodies: Bodies) -> Configuration:
    """Return the documents of routing among `bodies` (kind → scope → body) as the engine's value.

    Raises:
        ConfigInvalid: a document is not valid.
    """
    return Configuration.from_bodies(
        policies=list(bodies.get(POLICY.kind, {}).values()),
        rate_cards=list(bodies.get(RATE_CARD.kind, {}).values()),
        carrier_services=bodies.get(CARRIER_SERVICES.kind, {}).get(ONLY),
        lanes=bodies.get(LANES.kind, {}).get(ONLY),
        calendars=list(bodies.get(CALENDAR.kind, {}).values()),
    )


def build_network(network: inventory.Network, bodies: Bodies, versions: Versions) -> SeenNetwork:
    """Return what the engine decides on, with its digest and its bytes for the record."""
    facts = NetworkFacts(tuple(map(_node_facts, network.nodes)), read_configuration(bodies))
    data = facts.to_data()
    return SeenNetwork(
        facts=facts,
        versions=versions,
        digest=_digest(versions, data),
        body=pack(data),
        node_rows=network.node_rows,
        node_ids=network.node_ids,
        acknowledging=frozenset(node.code for node in network.nodes if node.must_acknowledge),
    )


def _digest(versions: Versions, data: object) -> str:
    return hashlib.sha256(msgpack.packb([versions, data])).hexdigest()


_freed: list[tuple[SeenNetwork, SeenNetwork]] = []


def without_policies(seen: SeenNetwork) -> SeenNetwork:
    """Return `seen` with the built-in policy alone: every node, no limit, the same rates, services, lanes, calendars.

    The same object while `seen` is: compiling a network costs more than deciding on it.
    """
    if not _freed or _freed[0][0] is not seen:
        _freed[:] = [(seen, _without_policies(seen))]
    return _freed[0][1]


def _without_policies(seen: SeenNetwork) -> SeenNetwork:
    documents = {**seen.facts.configuration.to_data(), "policies": ()}
    facts = NetworkFacts(seen.facts.nodes, Configuration.from_bodies(**documents))
    versions = {kind: scopes for kind, scopes in seen.versions.items() if kind != POLICY.kind}
    data = facts.to_data()
    return replace(seen, facts=facts, versions=versions, digest=_digest(versions, data), body=pack(data))


def _node_facts(node: inventory.NetworkNode) -> NodeFacts:
    return NodeFacts(
        code=node.code,
        kind=node.kind,
        country=node.country,
        time_zone=node.time_zone,
        region=node.region,
        postal_code=node.postal_code,
        latitude=node.latitude,
        longitude=node.longitude,
        is_paused=node.is_paused,
        groups=node.groups,
        tags=node.tags,
        methods=node.methods,
        hazmat_classes=node.hazmat_classes,
        temperature_classes=node.temperature_classes,
        max_piece_grams=node.max_piece_grams,
        handles_oversize=node.handles_oversize,
        calendar=node.calendar,
        fulfillment_cost_e4=node.fulfillment_cost_e4,
        line_cost_e4=node.line_cost_e4,
        unit_cost_e4=node.unit_cost_e4,
        failed_pick_ppm=node.failed_pick_ppm,
    )
